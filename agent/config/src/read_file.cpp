// SPDX-License-Identifier: Apache-2.0
#include "read_file.hpp"

#include "reeve/base/strings.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

namespace reeve::config {

namespace {

error system_says(int code) {
  const std::error_code status(code, std::generic_category());
  errc kind = errc::failed;
  if (status == std::errc::no_such_file_or_directory || status == std::errc::not_a_directory)
    kind = errc::not_found;
  if (status == std::errc::permission_denied) kind = errc::access_denied;
  return {kind, code == 0 ? std::string("the system gave no reason") : status.message(), code};
}

} // namespace

std::filesystem::path to_path(std::string_view utf8) {
  return std::filesystem::path(std::u8string(utf8.begin(), utf8.end()));
}

std::string to_utf8(const std::filesystem::path& path) {
  const std::u8string text = path.u8string();
  return {text.begin(), text.end()};
}

result<std::string> read_file(const std::string& path) {
  const std::filesystem::path native = to_path(path);
  std::error_code status;
  if (std::filesystem::is_directory(native, status))
    return error{errc::invalid_argument, "it is a directory"};
  errno = 0; // the streams report a bare failure; the C library below them leaves the reason here
  std::ifstream file(native, std::ios::binary);
  if (!file) return system_says(errno);
  std::string text(largest_file_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return system_says(errno);
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > largest_file_bytes) return error{errc::limit, "it is larger than 1 MiB"};
  return text;
}

} // namespace reeve::config
