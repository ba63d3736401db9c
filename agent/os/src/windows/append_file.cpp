// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/append_file.hpp"

#include "windows/error.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>

namespace reeve::os {

namespace {

HANDLE handle_of(std::intptr_t number) noexcept {
  return reinterpret_cast<HANDLE>(number);
}

} // namespace

result<append_file> append_file::open(const std::string& path) {
  // Without FILE_WRITE_DATA every write goes to the end of the file, whoever else writes ("File Access Rights
  // Constants").
  const HANDLE file =
      CreateFileW(to_utf16(path).c_str(), FILE_APPEND_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE,
                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_ALWAYS,
                  FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file == INVALID_HANDLE_VALUE) return windows_error(GetLastError(), path);
  append_file out;
  out.handle_ = reinterpret_cast<std::intptr_t>(file);
  return out;
}

append_file::~append_file() {
  if (handle_ != -1) CloseHandle(handle_of(handle_));
}

std::size_t append_file::write(std::string_view bytes) noexcept {
  constexpr std::size_t most = 1 << 20;
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto wanted = static_cast<DWORD>(std::min(bytes.size() - done, most));
    DWORD written = 0;
    if (!WriteFile(handle_of(handle_), bytes.data() + done, wanted, &written, nullptr) || written == 0) break;
    done += written;
  }
  return done;
}

result<> append_file::flush() noexcept {
  // FILE_APPEND_DATA is enough: NtFlushBuffersFile asks for it or for FILE_WRITE_DATA ("NtFlushBuffersFile function").
  if (FlushFileBuffers(handle_of(handle_))) return {};
  return windows_error(GetLastError(), "flush");
}

std::uint64_t append_file::size_bytes() const noexcept {
  LARGE_INTEGER size{};
  return GetFileSizeEx(handle_of(handle_), &size) ? static_cast<std::uint64_t>(size.QuadPart) : 0;
}

bool append_file::is_at(const std::string& path) const noexcept {
  constexpr DWORD all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
  const HANDLE other = CreateFileW(to_utf16(path).c_str(), FILE_READ_ATTRIBUTES, all, nullptr, OPEN_EXISTING,
                                   FILE_ATTRIBUTE_NORMAL, nullptr);
  if (other == INVALID_HANDLE_VALUE) return false;
  BY_HANDLE_FILE_INFORMATION own{}, there{};
  const bool is_known =
      GetFileInformationByHandle(handle_of(handle_), &own) && GetFileInformationByHandle(other, &there);
  CloseHandle(other);
  return is_known && own.dwVolumeSerialNumber == there.dwVolumeSerialNumber &&
         own.nFileIndexHigh == there.nFileIndexHigh && own.nFileIndexLow == there.nFileIndexLow;
}

bool rename_over(const std::string& from, const std::string& to) noexcept {
  return MoveFileExW(to_utf16(from).c_str(), to_utf16(to).c_str(), MOVEFILE_REPLACE_EXISTING) != FALSE;
}

void remove_file(const std::string& path) noexcept {
  // The name of a deleted file is taken until its last handle is closed, unless the system and the file system know
  // better, so another name is deleted ("DeleteFileW function (fileapi.h)").
  const std::string aside = cat(path, ".removed");
  DeleteFileW(to_utf16(rename_over(path, aside) ? aside : path).c_str());
}

} // namespace reeve::os
