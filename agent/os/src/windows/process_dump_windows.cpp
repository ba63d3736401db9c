// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/process_dump.hpp"

#include "windows/error.hpp"
#include "windows/process_identity.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include "reeve/base/strings.hpp"

#include <dbghelp.h>

namespace reeve::os {

namespace {

// MINIDUMP_TYPE
constexpr auto contents = static_cast<MINIDUMP_TYPE>(
    MiniDumpWithDataSegs | MiniDumpWithHandleData | MiniDumpWithUnloadedModules |
    MiniDumpWithIndirectlyReferencedMemory | MiniDumpWithProcessThreadData | MiniDumpWithThreadInfo);

} // namespace

std::string_view dump_suffix() noexcept {
  return ".dmp";
}

result<> dump_process(const process_id& id, const std::string& file, nanoseconds) {
  // MiniDumpWriteDump: PROCESS_QUERY_INFORMATION and PROCESS_VM_READ, for its handles PROCESS_DUP_HANDLE too.
  const unique_handle process =
      open_process(id, PROCESS_QUERY_INFORMATION | PROCESS_VM_READ | PROCESS_DUP_HANDLE);
  if (!process || has_ended(process.get()))
    return error{errc::not_found, cat("process ", id.pid, " is gone, or may not be looked into"), 0};
  const std::wstring path = to_utf16(file);
  ULARGE_INTEGER room{};
  const std::wstring folder = path.substr(0, path.find_last_of(L"\\/") + 1);
  if (!GetDiskFreeSpaceExW(folder.c_str(), &room, nullptr, nullptr))
    return windows_error(GetLastError(), cat("cannot tell how much room there is for ", file));
  if (room.QuadPart < disk_left_by_dumps)
    return error{errc::limit, cat("less than ", disk_left_by_dumps / 1'000'000, " MB are free for ", file),
                 0};
  DWORD code = 0;
  {
    const unique_handle out(
        CreateFileW(path.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr));
    if (!out) return windows_error(GetLastError(), cat("cannot write ", file));
    // Its error is an HRESULT.
    if (MiniDumpWriteDump(process.get(), id.pid, out.get(), contents, nullptr, nullptr, nullptr)) return {};
    code = GetLastError();
  }
  DeleteFileW(path.c_str());
  return windows_error(HRESULT_FACILITY(code) == FACILITY_WIN32 ? HRESULT_CODE(code) : code,
                       cat("cannot dump process ", id.pid));
}

} // namespace reeve::os
