// SPDX-License-Identifier: Apache-2.0
#include "parse/proc_locks.hpp"

#include <charconv>

namespace reeve::os::parse {

namespace {

// Blank-separated words of one line.
class words {
 public:
  explicit words(std::string_view line) noexcept : rest_(line) {}

  std::string_view next() noexcept {
    skip_blanks();
    const std::string_view word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(word.size());
    return word;
  }
  std::size_t skip_blanks() noexcept {
    std::size_t blanks = 0;
    while (blanks < rest_.size() && rest_[blanks] == ' ')
      ++blanks;
    rest_.remove_prefix(blanks);
    return blanks;
  }
  bool take(std::string_view word) noexcept {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  std::string_view rest() noexcept {
    skip_blanks();
    return rest_;
  }
  bool done() noexcept { return rest().empty(); }

 private:
  std::string_view rest_;
};

template <class T>
bool number(std::string_view word, T& out, int base = 10) noexcept {
  const char* const end = word.data() + word.size();
  const auto [stop, problem] = std::from_chars(word.data(), end, out, base);
  return problem == std::errc{} && stop == end;
}

lock_kind kind_of(std::string_view word) noexcept {
  if (word == "POSIX" || word == "ACCESS") return lock_kind::posix;
  if (word == "OFDLCK") return lock_kind::ofd;
  if (word == "FLOCK") return lock_kind::flock;
  if (word == "LEASE") return lock_kind::lease;
  if (word == "DELEG") return lock_kind::delegation;
  return lock_kind::other;
}

// "08:01:123", major and minor in hexadecimal, or "<none>:0".
bool parse_file(std::string_view word, lock_line& out) noexcept {
  if (word == "<none>:0") return true;
  const std::size_t first = word.find(':');
  const std::size_t second = word.find(':', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return false;
  std::uint64_t major = 0, minor = 0;
  if (!number(word.substr(0, first), major, 16) ||
      !number(word.substr(first + 1, second - first - 1), minor, 16) ||
      !number(word.substr(second + 1), out.what.inode))
    return false;
  out.what.device = device_number(major, minor);
  out.has_file = true;
  return true;
}

// Calls f with each line that has its newline. True when the text ends in a whole line.
template <class F>
bool each_line(std::string_view text, F&& f) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return false;
    f(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return true;
}

// "pos:\t100": what stands behind the key.
std::optional<std::string_view> value_of(std::string_view line, std::string_view key) noexcept {
  if (!line.starts_with(key)) return std::nullopt;
  line.remove_prefix(key.size());
  const std::size_t at = line.find_first_not_of(" \t");
  return at == std::string_view::npos ? std::string_view{} : line.substr(at);
}

} // namespace

std::optional<lock_line> parse_lock_line(std::string_view line) noexcept {
  lock_line out;
  words rest(line);
  std::string_view ordinal = rest.next();
  std::uint64_t ignored = 0;
  if (!ordinal.ends_with(':')) return std::nullopt;
  ordinal.remove_suffix(1);
  if (!number(ordinal, ignored)) return std::nullopt;

  const std::size_t blanks = rest.skip_blanks(); // one, and one more for each level beyond the first
  if (rest.take("->")) out.level = static_cast<std::uint32_t>(blanks);

  out.what.kind = kind_of(rest.next());
  out.breaking =
      rest.next() == "BREAKING"; // ADVISORY, ACTIVE, BREAKER, *NOINODE* and the like say nothing new
  const std::string_view mode = rest.next();
  if (mode == "READ" || mode == "RW")
    out.what.mode = mode == "RW" ? lock_mode::write : lock_mode::read;
  else if (mode == "WRITE")
    out.what.mode = lock_mode::write;
  else if (mode != "UNLCK" && mode != "NONE")
    return std::nullopt;
  if (!number(rest.next(), out.what.pid) || !parse_file(rest.next(), out) ||
      !number(rest.next(), out.what.start))
    return std::nullopt;
  const std::string_view end = rest.next();
  if (end != "EOF" && !number(end, out.what.end)) return std::nullopt;
  if (!rest.done()) return std::nullopt;
  return out;
}

std::size_t parse_locks(std::string_view text, std::vector<lock_line>& out) {
  std::size_t not_understood = 0;
  const bool whole = each_line(text, [&](std::string_view line) {
    if (const auto parsed = parse_lock_line(line))
      out.push_back(*parsed);
    else
      ++not_understood;
  });
  return not_understood + (whole ? 0 : 1);
}

std::optional<fd_info> parse_fd_info(std::string_view text, std::vector<lock_line>& locks) {
  fd_info out;
  bool has_flags = false;
  each_line(text, [&](std::string_view line) {
    if (const auto flags = value_of(line, "flags:")) {
      has_flags = number(*flags, out.flags, 8);
    } else if (const auto mount = value_of(line, "mnt_id:")) {
      std::uint32_t value = 0;
      if (number(*mount, value)) out.mount = value;
    } else if (const auto inode = value_of(line, "ino:")) {
      std::uint64_t value = 0;
      if (number(*inode, value)) out.inode = value;
    } else if (const auto lock = value_of(line, "lock:")) {
      if (const auto parsed = parse_lock_line(*lock)) locks.push_back(*parsed);
    }
  });
  if (!has_flags) return std::nullopt;
  return out;
}

void parse_mount_devices(std::string_view text, std::vector<mount_device>& out) {
  each_line(text, [&](std::string_view line) { // "36 35 98:0 /mnt1 /mnt2 rw,noatime - ext3 /dev/root rw"
    words rest(line);
    mount_device one;
    if (!number(rest.next(), one.mount)) return;
    rest.next(); // the mount it is on
    const std::string_view device = rest.next();
    const std::size_t colon = device.find(':');
    std::uint64_t major = 0, minor = 0;
    if (colon == std::string_view::npos || !number(device.substr(0, colon), major) ||
        !number(device.substr(colon + 1), minor))
      return;
    one.device = device_number(major, minor);
    out.push_back(one);
  });
}

void each_mapping(std::string_view text, const std::function<void(const mapping&)>& f) {
  each_line(text, [&](std::string_view line) { // "7f00-7f01 r-xp 00000000 08:01 123   /lib/x.so"
    words rest(line);
    rest.next();
    const std::string_view rights = rest.next();
    rest.next();
    const std::string_view device = rest.next();
    const std::size_t colon = device.find(':');
    std::uint64_t major = 0, minor = 0;
    mapping one;
    if (rights.size() < 4 || colon == std::string_view::npos || !number(device.substr(0, colon), major, 16) ||
        !number(device.substr(colon + 1), minor, 16) || !number(rest.next(), one.inode) || one.inode == 0)
      return;
    one.device = device_number(major, minor);
    one.writes_to_file = rights[1] == 'w' && rights[3] == 's';
    one.path = rest.rest();
    f(one);
  });
}

std::optional<syscall_line> parse_syscall(std::string_view text) noexcept {
  words rest(text);
  syscall_line out;
  const auto hex = [&](std::uint64_t& value) {
    std::string_view word = rest.next();
    if (!word.starts_with("0x")) return false;
    word.remove_prefix(2);
    return number(word, value, 16);
  };
  if (!number(rest.next(), out.number) || !hex(out.first) || !hex(out.second)) return std::nullopt;
  return out;
}

} // namespace reeve::os::parse
