// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/state_file.hpp"

#include "windows/error.hpp"
#include "windows/security.hpp"
#include "windows/unique_handle.hpp"
#include "windows/utf.hpp"

#include "reeve/base/strings.hpp"

#include <array>

namespace reeve::os {

namespace {

class held_lock final : public folder_lock {
 public:
  explicit held_lock(unique_handle file) : file_(std::move(file)) {}

 private:
  unique_handle file_;
};

} // namespace

result<> make_private_folder(const std::string& path) {
  auto access = private_access::make();
  if (!access) return access.error();
  std::string part = path;
  for (char& c : part)
    if (c == '/') c = '\\';
  const std::string whole = part;
  for (std::size_t end = whole.find('\\', 3);; end = whole.find('\\', end + 1)) { // after "C:\"
    part = whole.substr(0, end);
    if (!CreateDirectoryW(to_utf16(part).c_str(), access->get()) && GetLastError() != ERROR_ALREADY_EXISTS &&
        GetFileAttributesW(to_utf16(part).c_str()) == INVALID_FILE_ATTRIBUTES)
      return windows_error(GetLastError(), cat("folder ", part));
    if (end == whole.npos) return {};
  }
}

result<std::string> read_state_file(const std::string& path) {
  const unique_handle file(CreateFileW(to_utf16(path).c_str(), GENERIC_READ,
                                       FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                       OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
  if (!file) return windows_error(GetLastError(), path);
  std::string out;
  std::array<char, 8192> part;
  for (DWORD n = 0;;) {
    if (!ReadFile(file.get(), part.data(), static_cast<DWORD>(part.size()), &n, nullptr))
      return windows_error(GetLastError(), path);
    if (n == 0) return out;
    out.append(part.data(), n);
  }
}

result<> write_state_file(const std::string& path, std::string_view text) {
  const std::wstring beside = to_utf16(cat(path, ".new"));
  {
    const unique_handle file(CreateFileW(beside.c_str(), GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE,
                                         nullptr, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr));
    if (!file) return windows_error(GetLastError(), cat(path, ".new"));
    DWORD written = 0;
    if (!WriteFile(file.get(), text.data(), static_cast<DWORD>(text.size()), &written, nullptr) ||
        written != text.size())
      return windows_error(GetLastError(), cat(path, ".new"));
  }
  // Readers open it with FILE_SHARE_DELETE, so that it can be replaced under them; a virus scanner may not, and is gone in
  // a moment.
  DWORD code = 0;
  for (int attempt = 0; attempt < 20; ++attempt) {
    if (MoveFileExW(beside.c_str(), to_utf16(path).c_str(), MOVEFILE_REPLACE_EXISTING)) return {};
    code = GetLastError();
    if (code != ERROR_ACCESS_DENIED && code != ERROR_SHARING_VIOLATION) break;
    Sleep(5);
  }
  return windows_error(code, path);
}

result<std::unique_ptr<folder_lock>> folder_lock::take(const std::string& folder) {
  const std::string path = cat(folder, "/agent.lock");
  unique_handle file(CreateFileW(to_utf16(path).c_str(), GENERIC_WRITE, 0, nullptr, OPEN_ALWAYS,
                                 FILE_ATTRIBUTE_NORMAL, nullptr));
  if (!file) {
    const DWORD code = GetLastError();
    error why = windows_error(code, path);
    if (code == ERROR_SHARING_VIOLATION) why.code = errc::busy;
    return why;
  }
  return std::make_unique<held_lock>(std::move(file));
}

} // namespace reeve::os
