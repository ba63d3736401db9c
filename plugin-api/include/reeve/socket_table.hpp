// SPDX-License-Identifier: Apache-2.0
// C++20 helpers over reeve/socket_table.h, header only.
#pragma once

#include "reeve/socket_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace reeve::sdk {

// An address as RFC 5952 recommends it: "127.0.0.1", "::1", "fe80::1", "::ffff:10.0.0.1". Four or sixteen bytes in
// network order.
inline std::string address_text(const std::uint8_t* bytes, bool v6) {
  std::string out;
  const auto number = [&out](unsigned value, int base) {
    char digits[8];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, value, base).ptr);
  };
  const auto v4 = [&](const std::uint8_t* at) {
    for (int i = 0; i < 4; ++i) {
      if (i > 0) out += '.';
      number(at[i], 10);
    }
  };
  if (!v6) {
    v4(bytes);
    return out;
  }
  static constexpr std::uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::memcmp(bytes, mapped, sizeof mapped) == 0) {
    out = "::ffff:";
    v4(bytes + sizeof mapped);
    return out;
  }
  const auto group = [bytes](int i) { return static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]); };
  // The longest run of zero groups, the first of equals, and none of a single group.
  int run = 0, run_length = 1;
  for (int i = 0; i < 8; ++i) {
    int length = 0;
    while (i + length < 8 && group(i + length) == 0)
      ++length;
    if (length > run_length) {
      run = i;
      run_length = length;
    }
    if (length > 0) i += length - 1;
  }
  if (run_length == 1) run = 8;
  for (int i = 0; i < 8;) {
    if (i == run) {
      out += "::";
      i += run_length;
      continue;
    }
    if (i > 0 && out.back() != ':') out += ':';
    number(group(i++), 16);
  }
  return out;
}

struct address {
  std::array<std::uint8_t, 16> bytes{}; // network order; IPv4 in the first four
  bool v6 = false;
  bool operator==(const address&) const = default;
};

namespace detail {

inline bool parse_v4(std::string_view text, std::uint8_t* out) {
  for (int i = 0; i < 4; ++i) {
    unsigned value = 256;
    const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    const auto digits = static_cast<std::size_t>(stop - text.data());
    if (problem != std::errc{} || value > 255 || (digits > 1 && text[0] == '0')) return false;
    out[i] = static_cast<std::uint8_t>(value);
    text.remove_prefix(digits);
    if (i == 3) return text.empty();
    if (text.empty() || text[0] != '.') return false;
    text.remove_prefix(1);
  }
  return false;
}

// The bytes of colon-separated groups, the last of which may be an IPv4 address; false when it is none.
inline bool parse_groups(std::string_view text, std::array<std::uint8_t, 16>& out, std::size_t& length) {
  length = 0;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    if (colon == text.npos && group.find('.') != group.npos) {
      if (length + 4 > out.size() || !parse_v4(group, out.data() + length)) return false;
      length += 4;
      return true;
    }
    unsigned value = 0;
    const auto [stop, problem] = std::from_chars(group.data(), group.data() + group.size(), value, 16);
    if (problem != std::errc{} || stop != group.data() + group.size() || group.size() > 4) return false;
    if (length + 2 > out.size()) return false;
    out[length++] = static_cast<std::uint8_t>(value >> 8);
    out[length++] = static_cast<std::uint8_t>(value);
    if (colon == text.npos) return true;
    text.remove_prefix(colon + 1);
    if (text.empty()) return false; // ends in a colon
  }
  return true;
}

} // namespace detail

// "127.0.0.1", "::1", "::ffff:10.0.0.1"; no scope, no brackets. Nothing when it is no address.
inline std::optional<address> parse_address(std::string_view text) {
  address out;
  if (text.find(':') == text.npos) {
    if (!detail::parse_v4(text, out.bytes.data())) return std::nullopt;
    return out;
  }
  out.v6 = true;
  const std::size_t gap = text.find("::");
  std::array<std::uint8_t, 16> tail{};
  std::size_t head_length = 0, tail_length = 0;
  if (!detail::parse_groups(text.substr(0, gap), out.bytes, head_length)) return std::nullopt;
  if (gap == text.npos) {
    if (head_length != 16) return std::nullopt;
    return out;
  }
  if (!detail::parse_groups(text.substr(gap + 2), tail, tail_length)) return std::nullopt;
  if (head_length + tail_length > 14) return std::nullopt; // :: stands for a group at least
  std::copy_n(tail.begin(), tail_length, out.bytes.end() - static_cast<std::ptrdiff_t>(tail_length));
  return out;
}

// "tcp4", "udp6"; "tcp46" for a listener that takes IPv4 and IPv6.
inline std::string protocol_text(std::uint8_t protocol, std::uint8_t flags) {
  std::string out = protocol == REEVE_UDP ? "udp" : "tcp";
  out += flags & REEVE_SOCKET_DUAL_STACK ? "46" : flags & REEVE_SOCKET_V6 ? "6" : "4";
  return out;
}

// Lower case, as node_exporter writes the states.
inline const char* state_text(std::uint8_t state) noexcept {
  static constexpr const char* names[] = {"other",      "established", "syn_sent",  "syn_recv",
                                          "fin_wait1",  "fin_wait2",   "time_wait", "close",
                                          "close_wait", "last_ack",    "listen",    "closing"};
  return state < sizeof names / sizeof *names ? names[state] : names[0];
}

} // namespace reeve::sdk
