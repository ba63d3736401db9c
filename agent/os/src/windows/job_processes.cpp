// SPDX-License-Identifier: Apache-2.0
#include "windows/job_processes.hpp"

#include "windows/process_identity.hpp"

#include <cstddef>

namespace reeve::os {

std::vector<std::uint32_t> processes_in(HANDLE job) {
  // Grows between two calls when the program starts others meanwhile.
  for (std::size_t room = 64; room <= 1 << 20; room *= 4) {
    std::vector<ULONG_PTR> memory(
        offsetof(JOBOBJECT_BASIC_PROCESS_ID_LIST, ProcessIdList) / sizeof(ULONG_PTR) + room);
    auto* const list = reinterpret_cast<JOBOBJECT_BASIC_PROCESS_ID_LIST*>(memory.data());
    if (!QueryInformationJobObject(job, JobObjectBasicProcessIdList, list,
                                   static_cast<DWORD>(memory.size() * sizeof(ULONG_PTR)), nullptr)) {
      if (GetLastError() != ERROR_MORE_DATA) return {};
      continue;
    }
    std::vector<std::uint32_t> out;
    out.reserve(list->NumberOfProcessIdsInList);
    for (DWORD i = 0; i < list->NumberOfProcessIdsInList; ++i)
      out.push_back(static_cast<std::uint32_t>(list->ProcessIdList[i]));
    return out;
  }
  return {};
}

unique_handle open_in_job(HANDLE job, std::uint32_t pid) {
  unique_handle out(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, pid));
  BOOL is_in = FALSE;
  const bool is_alive = out && IsProcessInJob(out.get(), job, &is_in) && is_in && !has_ended(out.get());
  return is_alive ? std::move(out) : unique_handle();
}

} // namespace reeve::os
