// SPDX-License-Identifier: Apache-2.0
#include "windows/error.hpp"

#include "reeve/base/strings.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include <iterator>
#include <string>

namespace reeve::os {

namespace {

constexpr std::uint32_t elevation_required = 740; // ERROR_ELEVATION_REQUIRED, which mingw's winerror.h lacks

} // namespace

errc errc_of(std::uint32_t win32_code) noexcept {
  switch (win32_code) {
  case ERROR_INVALID_PARAMETER: // OpenProcess says this of a pid that is gone, so callers that pass a pid say so first
  case ERROR_INVALID_NAME:
  case ERROR_BAD_PATHNAME:
  case ERROR_BAD_ARGUMENTS:
  case ERROR_INVALID_HANDLE:
  case ERROR_FILENAME_EXCED_RANGE:
  case ERROR_DIRECTORY:
    return errc::invalid_argument;
  case ERROR_FILE_NOT_FOUND:
  case ERROR_PATH_NOT_FOUND:
  case ERROR_INVALID_DRIVE:
  case ERROR_MOD_NOT_FOUND:
  case ERROR_PROC_NOT_FOUND:
  case ERROR_NOT_FOUND:
  case ERROR_NONE_MAPPED:
  case ERROR_SERVICE_DOES_NOT_EXIST:
  case ERROR_PROCESS_ABORTED:
    return errc::not_found;
  case ERROR_ACCESS_DENIED:
  case ERROR_PRIVILEGE_NOT_HELD:
  case ERROR_WRITE_PROTECT:
  case elevation_required:
    return errc::access_denied;
  case ERROR_CALL_NOT_IMPLEMENTED:
  case ERROR_NOT_SUPPORTED:
  case ERROR_INVALID_FUNCTION:
    return errc::unsupported;
  case ERROR_NOT_ENOUGH_MEMORY:
  case ERROR_OUTOFMEMORY:
  case ERROR_NO_SYSTEM_RESOURCES:
  case ERROR_TOO_MANY_OPEN_FILES:
  case ERROR_DISK_FULL:
  case ERROR_HANDLE_DISK_FULL:
  case ERROR_COMMITMENT_LIMIT:
  case ERROR_WORKING_SET_QUOTA:
    return errc::limit;
  case ERROR_TIMEOUT:
  case ERROR_SEM_TIMEOUT:
  case WAIT_TIMEOUT:
    return errc::timed_out;
  case ERROR_OPERATION_ABORTED:
  case ERROR_CANCELLED:
    return errc::cancelled;
  case ERROR_SHARING_VIOLATION:
  case ERROR_LOCK_VIOLATION:
  case ERROR_BUSY:
  case ERROR_PIPE_BUSY:
  case ERROR_ALREADY_EXISTS:
  case ERROR_FILE_EXISTS:
    return errc::busy;
  default:
    return errc::failed;
  }
}

error windows_error(std::uint32_t win32_code, std::string_view what) {
  wchar_t text[512];
  const DWORD length = FormatMessageW(
      FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK, nullptr,
      win32_code, 0, text, static_cast<DWORD>(std::size(text)), nullptr);
  std::string reason = to_utf8(std::wstring_view(text, length));
  while (!reason.empty() && (reason.back() == ' ' || reason.back() == '.'))
    reason.pop_back();
  if (reason.empty()) reason = cat("Windows error ", win32_code);
  return {errc_of(win32_code), cat(what, ": ", reason), static_cast<int>(win32_code)};
}

error nt_error(std::int32_t status, std::string_view what) {
  return windows_error(RtlNtStatusToDosError(status), what);
}

} // namespace reeve::os
