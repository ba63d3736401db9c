// SPDX-License-Identifier: Apache-2.0
#include "windows/keeper/program_job.hpp"

#include "keeper/limit_name.hpp"
#include "windows/error.hpp"
#include "windows/job_processes.hpp"
#include "windows/process_identity.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <cstdint>

namespace reeve::os {

namespace {

// 100 ns, as LARGE_INTEGER holds.
constexpr std::uint64_t ticks_per_second = 10'000'000;

error refused(const resource_limit& l, const char* why) {
  return {errc::unsupported, cat("limit ", name_of(l.what), " of ", l.value, ": ", why), 0};
}

// The share of all processors together, in 1/10000, that is so many thousandths of one.
DWORD cpu_rate(std::uint64_t thousandths) {
  const std::uint64_t processors = std::max<DWORD>(GetActiveProcessorCount(ALL_PROCESSOR_GROUPS), 1);
  return static_cast<DWORD>(std::clamp<std::uint64_t>(thousandths * 10 / processors, 1, 10'000));
}

result<> add(JOBOBJECT_EXTENDED_LIMIT_INFORMATION& all, const resource_limit& l) {
  JOBOBJECT_BASIC_LIMIT_INFORMATION& basic = all.BasicLimitInformation;
  if (l.value == UINT64_MAX) return {};
  switch (l.what) {
  case limited::address_space:
    basic.LimitFlags |= JOB_OBJECT_LIMIT_PROCESS_MEMORY;
    all.ProcessMemoryLimit = static_cast<SIZE_T>(l.value);
    return {};
  case limited::processes:
    if (l.value > UINT32_MAX) return refused(l, "too large");
    basic.LimitFlags |= JOB_OBJECT_LIMIT_ACTIVE_PROCESS;
    basic.ActiveProcessLimit = static_cast<DWORD>(l.value);
    return {};
  case limited::cpu_seconds:
    if (l.value > static_cast<std::uint64_t>(INT64_MAX) / ticks_per_second) return refused(l, "too large");
    basic.LimitFlags |= JOB_OBJECT_LIMIT_JOB_TIME;
    basic.PerJobUserTimeLimit.QuadPart = static_cast<LONGLONG>(l.value * ticks_per_second);
    return {};
  case limited::memory:
    basic.LimitFlags |= JOB_OBJECT_LIMIT_JOB_MEMORY;
    all.JobMemoryLimit = static_cast<SIZE_T>(l.value);
    return {};
  case limited::cpu:
    return {}; // a structure of its own has it
  default:
    return refused(l, "there is none on Windows");
  }
}

} // namespace

result<> program_job::make(const std::wstring& name, const std::vector<resource_limit>& limits) {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION all{};
  all.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
  for (const resource_limit& l : limits)
    if (auto good = add(all, l); !good) return good;
  job_ = unique_handle(CreateJobObjectW(nullptr, name.c_str()));
  const DWORD problem = GetLastError();
  if (!job_ || problem == ERROR_ALREADY_EXISTS) return windows_error(problem, "no job object");
  if (!SetInformationJobObject(job_.get(), JobObjectExtendedLimitInformation, &all, sizeof all))
    return windows_error(GetLastError(), "limits of the job object");
  for (const resource_limit& l : limits) {
    if (l.what != limited::cpu || l.value == UINT64_MAX) continue;
    JOBOBJECT_CPU_RATE_CONTROL_INFORMATION rate{};
    rate.ControlFlags = JOB_OBJECT_CPU_RATE_CONTROL_ENABLE | JOB_OBJECT_CPU_RATE_CONTROL_HARD_CAP;
    rate.CpuRate = cpu_rate(l.value);
    if (!SetInformationJobObject(job_.get(), JobObjectCpuRateControlInformation, &rate, sizeof rate))
      return windows_error(GetLastError(), "limit cpu of the job object");
  }
  return {};
}

void program_job::kill() noexcept {
  TerminateJobObject(job_.get(), 1);
}

// Not by JOBOBJECT_BASIC_ACCOUNTING_INFORMATION::ActiveProcesses: that counts a process as long as anybody holds it open.
bool program_job::is_empty() const {
  for (const std::uint32_t pid : processes_in(job_.get()))
    if (open_in_job(job_.get(), pid) || GetLastError() == ERROR_ACCESS_DENIED) return false;
  return true;
}

unique_handle program_job::oldest() const {
  unique_handle out;
  std::uint64_t start = UINT64_MAX;
  for (const std::uint32_t pid : processes_in(job_.get())) {
    unique_handle one = open_in_job(job_.get(), pid);
    const std::uint64_t its = one ? identity_of(one.get()).start : 0;
    if (its == 0 || its >= start) continue;
    start = its;
    out = std::move(one);
  }
  return out;
}

} // namespace reeve::os
