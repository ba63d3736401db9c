// SPDX-License-Identifier: Apache-2.0
#include "parse/tzif.hpp"

#include "parse/posix_tz.hpp"
#include "reeve/base/strings.hpp"

#include <algorithm>
#include <string_view>

namespace reeve::os::parse {

using namespace std::chrono;

namespace {

error malformed(std::string_view what) {
  return {errc::failed, cat("it is no time zone file: ", what)};
}

// Numbers are in network order.
std::uint64_t number_at(std::span<const std::byte> bytes, std::size_t offset, std::size_t size) noexcept {
  std::uint64_t out = 0;
  for (const std::byte b : bytes.subspan(offset, size))
    out = out << 8 | std::to_integer<std::uint64_t>(b);
  return out;
}

struct header {
  static constexpr std::size_t size = 44;
  std::uint8_t version = 0;
  std::uint64_t ut_marks = 0, standard_marks = 0, leaps = 0, times = 0, types = 0, name_bytes = 0;

  std::uint64_t body_size(std::uint64_t time_size) const noexcept {
    return times * (time_size + 1) + types * 6 + name_bytes + leaps * (time_size + 4) + standard_marks +
           ut_marks;
  }
};

result<header> read_header(std::span<const std::byte> bytes) {
  if (bytes.size() < header::size || number_at(bytes, 0, 4) != 0x545A6966)
    return malformed("a header is missing");
  header h;
  h.version = std::to_integer<std::uint8_t>(bytes[4]);
  h.ut_marks = number_at(bytes, 20, 4);
  h.standard_marks = number_at(bytes, 24, 4);
  h.leaps = number_at(bytes, 28, 4);
  h.times = number_at(bytes, 32, 4);
  h.types = number_at(bytes, 36, 4);
  h.name_bytes = number_at(bytes, 40, 4);
  return h;
}

} // namespace

result<time_zone> parse_tzif(std::span<const std::byte> file) {
  const result<header> first = read_header(file);
  if (!first) return first.error();
  if (first->version < '2') return error{errc::unsupported, "its version is 1, at least 2 is wanted"};
  if (first->body_size(4) > file.size() - header::size) return malformed("it is cut");
  const auto second = file.subspan(header::size + static_cast<std::size_t>(first->body_size(4)));
  const result<header> h = read_header(second);
  if (!h) return h.error();
  if (h->leaps != 0) return error{errc::unsupported, "it counts leap seconds"};
  const auto rest = second.subspan(header::size);
  if (h->body_size(8) > rest.size()) return malformed("it is cut");
  const auto times = static_cast<std::size_t>(h->times), types = static_cast<std::size_t>(h->types);
  if (types == 0) return malformed("it has no offset");
  const auto type_of = rest.subspan(times * 8, times), type_table = rest.subspan(times * 9, types * 6);
  const auto offset_of = [&](std::size_t type) {
    return seconds(static_cast<std::int32_t>(static_cast<std::uint32_t>(number_at(type_table, type * 6, 4))));
  };

  time_zone out;
  out.offsets.push_back({zone_begin, offset_of(0)});
  sys_seconds last = zone_begin; // change; there are some that leave the offset as it was
  for (std::size_t i = 0; i < times; ++i) {
    const auto type = std::to_integer<std::size_t>(type_of[i]);
    const seconds at(static_cast<std::int64_t>(number_at(rest, i * 8, 8)));
    const sys_seconds from = std::max(sys_seconds(at), zone_begin);
    if (type >= types || from < last) return malformed("its changes are in disorder");
    if (abs(offset_of(type)) > hours(26)) return malformed("an offset is too large"); // RFC 8536, section 3.2
    append_offset(out, from, offset_of(type));
    last = from;
  }

  const auto tail = rest.subspan(static_cast<std::size_t>(h->body_size(8)));
  const std::string_view text(reinterpret_cast<const char*>(tail.data()), tail.size());
  if (text.size() < 2 || text.front() != '\n' || text.back() != '\n')
    return malformed("its last line is cut");
  if (const std::string_view line = text.substr(1, text.size() - 2); !line.empty()) {
    const std::optional<posix_tz> rules = parse_posix_tz(line);
    if (!rules) return malformed("its last line is not understood");
    if (times == 0) out.offsets.clear();
    append_rules(out, *rules, last);
  }
  cut_to_range(out);
  return out;
}

} // namespace reeve::os::parse
