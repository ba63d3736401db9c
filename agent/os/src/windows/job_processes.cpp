// SPDX-License-Identifier: Apache-2.0
#include "windows/job_processes.hpp"

#include "windows/process_identity.hpp"

#include <algorithm>
#include <cstddef>

namespace reeve::os {

std::vector<std::uint32_t> processes_in(HANDLE job) {
  std::vector<std::uint32_t> out;
  // Grows between two calls when the program starts others meanwhile. Too little room is an error or a list that is short
  // ("JOBOBJECT_BASIC_PROCESS_ID_LIST structure").
  for (std::size_t room = 64; room <= 1 << 20; room *= 4) {
    std::vector<ULONG_PTR> memory(
        offsetof(JOBOBJECT_BASIC_PROCESS_ID_LIST, ProcessIdList) / sizeof(ULONG_PTR) + room);
    auto* const list = reinterpret_cast<JOBOBJECT_BASIC_PROCESS_ID_LIST*>(memory.data());
    if (!QueryInformationJobObject(job, JobObjectBasicProcessIdList, list,
                                   static_cast<DWORD>(memory.size() * sizeof(ULONG_PTR)), nullptr)) {
      if (GetLastError() != ERROR_MORE_DATA) return {};
      continue;
    }
    out.clear();
    out.reserve(list->NumberOfProcessIdsInList);
    for (DWORD i = 0; i < list->NumberOfProcessIdsInList; ++i)
      out.push_back(static_cast<std::uint32_t>(list->ProcessIdList[i]));
    if (list->NumberOfProcessIdsInList >= list->NumberOfAssignedProcesses) break;
  }
  return out;
}

unique_handle open_in_job(HANDLE job, std::uint32_t pid) {
  unique_handle out(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, pid));
  if (!out) return out;
  // Held open, its number is nobody else's. IsProcessInJob() would do, but for Wine 8.0, where it wants more rights.
  const std::vector<std::uint32_t> now = processes_in(job);
  const bool is_alive = std::ranges::find(now, pid) != now.end() && !has_ended(out.get());
  SetLastError(ERROR_SUCCESS);
  return is_alive ? std::move(out) : unique_handle();
}

} // namespace reeve::os
