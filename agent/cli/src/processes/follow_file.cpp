// SPDX-License-Identifier: Apache-2.0
#include "processes/follow_file.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace reeve::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t part_bytes = 65536;

fs::path to_path(const std::string& utf8) {
  return fs::path(std::u8string(utf8.begin(), utf8.end()));
}

std::uint64_t size_of(const std::string& path) {
  std::error_code failed;
  const auto size = fs::file_size(to_path(path), failed);
  return failed ? 0 : static_cast<std::uint64_t>(size);
}

std::string read(const std::string& path, std::uint64_t from, std::uint64_t to) {
  std::ifstream in(to_path(path), std::ios::binary);
  in.seekg(static_cast<std::streamoff>(from));
  std::string out(static_cast<std::size_t>(to - from), '\0');
  in.read(out.data(), static_cast<std::streamsize>(out.size()));
  out.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, in.gcount())));
  return out;
}

// Backwards, part by part, until there are that many line ends before the last one.
std::string tail(const std::string& path, std::uint64_t size, std::size_t count) {
  std::string out;
  for (std::uint64_t begin = size; begin > 0 && count > 0;) {
    const std::uint64_t from = begin > part_bytes ? begin - part_bytes : 0;
    out.insert(0, read(path, from, begin));
    begin = from;
    std::size_t at = out.size();
    if (out.ends_with('\n')) --at;
    for (std::size_t lines = 0; at != out.npos && at > 0;) {
      at = out.rfind('\n', at - 1);
      if (at == out.npos || ++lines < count) continue;
      return out.substr(at + 1);
    }
  }
  return out;
}

} // namespace

result<std::string> follow_file::last_lines(std::size_t count) {
  std::error_code failed;
  if (!fs::exists(to_path(path_), failed)) return std::string();
  if (!std::ifstream(to_path(path_), std::ios::binary))
    return error{errc::access_denied, cat(path_, ": this account may not read it"), 0};
  offset_ = size_of(path_);
  std::string out = tail(path_, offset_, count);
  const auto lines = static_cast<std::size_t>(std::count(out.begin(), out.end(), '\n'));
  const std::string before = cat(path_, ".1");
  if (lines < count && fs::exists(to_path(before), failed))
    out.insert(0, tail(before, size_of(before), count - lines));
  return out;
}

std::string follow_file::more() {
  std::string out;
  std::uint64_t size = size_of(path_);
  if (size < offset_) {
    const std::string before = cat(path_, ".1");
    const std::uint64_t end = size_of(before);
    if (end > offset_) out = read(before, offset_, end);
    offset_ = 0;
  }
  if (size > offset_) out += read(path_, offset_, size);
  offset_ = size;
  return out;
}

} // namespace reeve::cli
