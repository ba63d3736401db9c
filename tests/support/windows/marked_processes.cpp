// SPDX-License-Identifier: Apache-2.0
#include "tests/support/marked_processes.hpp"

#include "child_state.hpp"

#include <tlhelp32.h>
#include <winternl.h>

#include <algorithm>
#include <string>

namespace reeve::test {
namespace {

// What winternl.h leaves out: the environment follows the command line (phnt headers of System Informer).
struct process_parameters {
  RTL_USER_PROCESS_PARAMETERS known;
  const char* environment;
};

template <class T>
bool read_memory(HANDLE process, const void* address, T& out) {
  return address && ::ReadProcessMemory(process, address, &out, sizeof out, nullptr);
}

std::wstring environment_of(HANDLE process) {
  PROCESS_BASIC_INFORMATION basic{};
  PEB peb{};
  process_parameters parameters{};
  MEMORY_BASIC_INFORMATION region{};
  if (!NT_SUCCESS(
          ::NtQueryInformationProcess(process, ProcessBasicInformation, &basic, sizeof basic, nullptr)) ||
      !read_memory(process, basic.PebBaseAddress, peb) ||
      !read_memory(process, peb.ProcessParameters, parameters) ||
      !::VirtualQueryEx(process, parameters.environment, &region, sizeof region))
    return {};
  // It ends somewhere in its region of memory, and is no longer than this in these tests.
  constexpr std::size_t longest_bytes = 256 * 1024;
  const std::size_t rest_bytes = static_cast<std::size_t>(static_cast<const char*>(region.BaseAddress) +
                                                          region.RegionSize - parameters.environment);
  std::wstring out(std::min(rest_bytes, longest_bytes) / sizeof(wchar_t), L'\0');
  if (!::ReadProcessMemory(process, parameters.environment, out.data(), out.size() * sizeof(wchar_t),
                           nullptr))
    return {};
  return out.substr(0, out.find(std::wstring(2, L'\0')) + 1);
}

// With the environment of whom it is for: the host of each console, and under Wine the owner of the desktop.
bool is_of_the_system(const wchar_t* file) {
  return ::_wcsicmp(file, L"conhost.exe") == 0 || ::_wcsicmp(file, L"explorer.exe") == 0;
}

} // namespace

std::vector<std::int64_t> marked_processes(std::string_view name, std::string_view value) {
  const std::string mark = std::string(name) + "=" + std::string(value);
  const std::wstring wanted = L'\0' + std::wstring(mark.begin(), mark.end()) + L'\0';
  std::vector<std::int64_t> out;
  const handle all(::CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0));
  PROCESSENTRY32W entry{};
  entry.dwSize = sizeof entry;
  for (BOOL more = ::Process32FirstW(all.get(), &entry); more; more = ::Process32NextW(all.get(), &entry)) {
    if (is_of_the_system(entry.szExeFile)) continue;
    const handle process(
        ::OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ | SYNCHRONIZE, FALSE, entry.th32ProcessID));
    if (!process.get() || ::WaitForSingleObject(process.get(), 0) != WAIT_TIMEOUT) continue;
    if ((L'\0' + environment_of(process.get())).find(wanted) != std::wstring::npos)
      out.push_back(entry.th32ProcessID);
  }
  return out;
}

} // namespace reeve::test
