// SPDX-License-Identifier: Apache-2.0
#include "windows/process_identity.hpp"

namespace reeve::os {

process_id identity_of(HANDLE process) noexcept {
  FILETIME created{}, exited{}, kernel{}, user{};
  if (!GetProcessTimes(process, &created, &exited, &kernel, &user)) return {};
  return {GetProcessId(process), to_uint64(created)};
}

unique_handle open_process(const process_id& id, DWORD more) noexcept {
  unique_handle out(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE | more, FALSE, id.pid));
  // One that has ended is there as long as anybody holds it open.
  return out && identity_of(out.get()) == id && !has_ended(out.get()) ? std::move(out) : unique_handle();
}

bool has_ended(HANDLE process) noexcept {
  return WaitForSingleObject(process, 0) == WAIT_OBJECT_0;
}

} // namespace reeve::os
