// SPDX-License-Identifier: Apache-2.0
#include "parse/fields.hpp"
#include "parse/linux_counters.hpp"

#include "reeve/base/text_fields.hpp"

namespace reeve::os::parse {

bool parse_cgroup_cpu_stat(std::string_view text, std::string_view group, counter_sink& out) {
  constexpr double microseconds = 1e6;
  bool found = false;
  for (std::string_view line; next_line(text, line);) {
    const std::string_view name = next_word(line);
    std::uint64_t value = 0;
    if (!next_number(line, value)) continue;
    const double seconds = static_cast<double>(value) / microseconds;
    if (name == "user_usec")
      out.put(measure::cgroup_cpu_seconds, seconds, group, "user");
    else if (name == "system_usec")
      out.put(measure::cgroup_cpu_seconds, seconds, group, "system");
    else if (name == "throttled_usec")
      out.put(measure::cgroup_cpu_throttled_seconds, seconds, group);
    else
      continue;
    found = true;
  }
  return found;
}

bool parse_cgroup_io_stat(std::string_view text, std::string_view group, counter_sink& out) {
  constexpr std::string_view read = "rbytes=", written = "wbytes=";
  std::uint64_t read_bytes = 0, written_bytes = 0;
  for (std::string_view line; next_line(text, line);) {
    next_word(line); // the device
    for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
      std::uint64_t value = 0;
      if (word.starts_with(read) && to_number(word.substr(read.size()), value)) read_bytes += value;
      if (word.starts_with(written) && to_number(word.substr(written.size()), value)) written_bytes += value;
    }
  }
  // An empty file means that there was no I/O yet.
  out.put(measure::cgroup_io_bytes, static_cast<double>(read_bytes), group, "read");
  out.put(measure::cgroup_io_bytes, static_cast<double>(written_bytes), group, "write");
  return true;
}

bool parse_cgroup_memory_events(std::string_view text, std::string_view group, counter_sink& out) {
  for (std::string_view line; next_line(text, line);) {
    std::uint64_t value = 0;
    if (next_word(line) != "oom_kill" || !next_number(line, value)) continue;
    out.put(measure::cgroup_oom_kills, static_cast<double>(value), group);
    return true;
  }
  return false;
}

bool parse_cgroup_number(std::string_view text, measure m, std::string_view group, counter_sink& out) {
  std::string_view line;
  if (!next_line(text, line)) return false;
  if (line == "max") return true;
  std::uint64_t value = 0;
  if (!to_number(line, value)) return false;
  out.put(m, static_cast<double>(value), group);
  return true;
}

std::string_view cgroup_of_self(std::string_view text) noexcept {
  constexpr std::string_view version_2 = "0::";
  for (std::string_view line; next_line(text, line);)
    if (line.starts_with(version_2)) return line.substr(version_2.size());
  return {};
}

bool is_beneath_unit(std::string_view group, std::string_view unit) noexcept {
  while (!group.empty())
    if (take_until(group, '/') == unit) return true;
  return false;
}

bool parse_mount(std::string_view line, mount_line& out) noexcept {
  next_word(line); // mount ID
  next_word(line); // its parent's
  out.device = next_word(line);
  next_word(line); // the root of the mount within the file system
  out.mount_point = next_word(line);
  next_word(line); // options
  std::string_view word = next_word(line);
  while (!word.empty() && word != "-") // optional fields
    word = next_word(line);
  out.type = next_word(line);
  out.source = next_word(line);
  return !out.source.empty() && out.mount_point.starts_with('/');
}

bool is_local(const mount_line& m) noexcept {
  if (m.type.starts_with("fuse")) return false;
  if (m.type == "overlay") return m.mount_point == "/"; // the root of a container
  return m.type == "zfs" || m.source.starts_with("/dev/");
}

std::string_view unescape_mount(std::string_view escaped, std::array<char, 4096>& buffer) noexcept {
  const auto octal = [](char c) { return c >= '0' && c <= '7'; };
  std::size_t n = 0;
  for (std::size_t i = 0; i < escaped.size() && n < buffer.size(); ++i) {
    const bool code = escaped[i] == '\\' && i + 3 < escaped.size() && octal(escaped[i + 1]) &&
                      octal(escaped[i + 2]) && octal(escaped[i + 3]);
    if (code) {
      const int value = (escaped[i + 1] - '0') * 64 + (escaped[i + 2] - '0') * 8 + (escaped[i + 3] - '0');
      buffer[n++] = static_cast<char>(static_cast<unsigned char>(value & 0xff));
      i += 3;
    } else {
      buffer[n++] = escaped[i];
    }
  }
  return {buffer.data(), n};
}

} // namespace reeve::os::parse
