// SPDX-License-Identifier: Apache-2.0
#include "parse/account_rights.hpp"

#include <charconv>

namespace reeve::os::parse {

namespace {

// Takes the first line off the text.
std::string_view next_line(std::string_view& text) noexcept {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return line;
}

} // namespace

std::optional<std::uint64_t> parse_effective_capabilities(std::string_view status) noexcept {
  constexpr std::string_view key = "CapEff:\t";
  while (!status.empty()) {
    const std::string_view line = next_line(status);
    if (!line.starts_with(key)) continue;
    std::uint64_t bits = 0;
    const char* const end = line.data() + line.size();
    const auto [stop, problem] = std::from_chars(line.data() + key.size(), end, bits, 16);
    if (problem != std::errc{} || stop != end) return std::nullopt;
    return bits;
  }
  return std::nullopt;
}

std::string parse_hidepid(std::string_view mountinfo) {
  std::string out;
  while (!mountinfo.empty()) {
    // 36 35 0:31 / /proc rw,nosuid - proc proc rw,hidepid=2: the mount point is the fifth word, the options of the file
    // system are the last.
    const std::string_view line = next_line(mountinfo);
    const std::size_t dash = line.find(" - proc ");
    if (dash == line.npos || line.substr(0, dash).find(" /proc ") == line.npos) continue;
    out.clear(); // a later mount hides an earlier one
    constexpr std::string_view key = "hidepid=";
    const std::size_t at = line.find(key, dash);
    if (at == line.npos) continue;
    const std::string_view value = line.substr(at + key.size());
    out = value.substr(0, value.find_first_of(", "));
  }
  return out;
}

} // namespace reeve::os::parse
