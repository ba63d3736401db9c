// SPDX-License-Identifier: Apache-2.0
#include "parse/proc_pid.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace reeve::os::parse {

namespace {

// Blank-separated numbers. Signed ones are taken as 0 when negative (a ppid or rss the kernel could not
// tell).
class fields {
 public:
  explicit fields(std::string_view text) noexcept : at_(text.data()), end_(text.data() + text.size()) {}

  bool skip(int count) noexcept {
    for (; count > 0; --count) {
      while (at_ != end_ && !blank(*at_))
        ++at_;
      if (at_ == end_) return false;
      ++at_;
    }
    return true;
  }

  template <class T>
  bool take(T& out) noexcept {
    const bool negative = at_ != end_ && *at_ == '-';
    T value = 0;
    const auto [stop, problem] = std::from_chars(at_ + (negative ? 1 : 0), end_, value);
    if (problem != std::errc{} || stop == end_ || !blank(*stop)) return false;
    out = negative ? T{0} : value;
    at_ = stop + 1;
    return true;
  }

 private:
  static bool blank(char c) noexcept { return c == ' ' || c == '\n'; }

  const char* at_;
  const char* end_;
};

// The first number of the line that begins with `key`.
std::optional<std::uint64_t> number_of(std::string_view text, std::string_view key) noexcept {
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    if (at != 0 && text[at - 1] != '\n') continue;
    std::size_t from = at + key.size();
    while (from < text.size() && (text[from] == ' ' || text[from] == '\t'))
      ++from;
    std::uint64_t value = 0;
    if (fields(text.substr(from)).take(value)) return value;
    return std::nullopt;
  }
  return std::nullopt;
}

} // namespace

std::optional<pid_stat> parse_stat(std::string_view text) noexcept {
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  if (close + 4 >= text.size() || text[close + 1] != ' ' || text[close + 3] != ' ') return std::nullopt;

  pid_stat out;
  if (!fields(text.substr(0, open)).take(out.pid)) return std::nullopt;
  out.comm = text.substr(open + 1, close - open - 1);
  out.state = text[close + 2];

  fields rest(text.substr(close + 4)); // at field 4, ppid
  const bool whole = rest.take(out.ppid) && rest.skip(4) && rest.take(out.flags) &&
                     rest.take(out.minor_faults) && rest.skip(1) && rest.take(out.major_faults) &&
                     rest.skip(1) && rest.take(out.user_ticks) && rest.take(out.system_ticks) &&
                     rest.skip(4) && rest.take(out.threads) && rest.skip(1) && rest.take(out.start_ticks);
  if (!whole) return std::nullopt;
  std::uint64_t size = 0, resident = 0;
  out.has_memory = rest.take(size) && rest.take(resident);
  if (!out.has_memory) return out;
  out.virtual_bytes = size;
  out.resident_pages = resident;
  if (rest.skip(3)) rest.take(out.start_stack); // field 28, after rsslim, startcode and endcode
  return out;
}

std::optional<pid_statm> parse_statm(std::string_view text) noexcept {
  fields numbers(text);
  pid_statm out;
  if (numbers.take(out.size_pages) && numbers.take(out.resident_pages) && numbers.take(out.shared_pages))
    return out;
  return std::nullopt;
}

pid_status parse_status(std::string_view text) noexcept {
  pid_status out;
  if (const auto swap = number_of(text, "VmSwap:")) out.swap_bytes = *swap * 1024;
  out.voluntary_switches = number_of(text, "voluntary_ctxt_switches:");
  out.involuntary_switches = number_of(text, "nonvoluntary_ctxt_switches:");
  return out;
}

std::optional<pid_io> parse_io(std::string_view text) noexcept {
  const auto read = number_of(text, "read_bytes:");
  const auto write = number_of(text, "write_bytes:");
  if (!read || !write) return std::nullopt;
  return pid_io{*read, *write};
}

std::optional<std::uint64_t> parse_open_files_limit(std::string_view text) noexcept {
  constexpr std::string_view key = "Max open files";
  if (const auto number = number_of(text, key)) return number;
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(at, text.find('\n', at) - at);
  const std::size_t value = line.find_first_not_of(' ', key.size());
  if (value != std::string_view::npos && line.substr(value).starts_with("unlimited "))
    return std::numeric_limits<std::uint64_t>::max();
  return std::nullopt;
}

void assign_command_line(std::string& out, std::string_view text, std::size_t max_bytes) {
  text = text.substr(0, std::min(text.find_last_not_of('\0') + 1, max_bytes));
  out.assign(text);
  std::replace(out.begin(), out.end(), '\0', ' ');
}

std::string_view without_deleted(std::string_view target) noexcept {
  constexpr std::string_view mark = " (deleted)";
  if (target.ends_with(mark)) target.remove_suffix(mark.size());
  return target;
}

std::optional<std::uint64_t> parse_boot_time(std::string_view text) noexcept {
  return number_of(text, "btime");
}

std::optional<std::uint64_t> parse_socket_link(std::string_view target) noexcept {
  constexpr std::string_view before = "socket:[";
  if (!target.starts_with(before)) return std::nullopt;
  const char* const end = target.data() + target.size();
  std::uint64_t value = 0;
  const auto [stop, problem] = std::from_chars(target.data() + before.size(), end, value);
  if (problem != std::errc{} || stop + 1 != end || *stop != ']') return std::nullopt;
  return value;
}

std::optional<std::uint32_t> parse_pid(std::string_view text) noexcept {
  std::uint32_t value = 0;
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

} // namespace reeve::os::parse
