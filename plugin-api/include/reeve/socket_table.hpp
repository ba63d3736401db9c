// SPDX-License-Identifier: Apache-2.0
// C++20 helpers over reeve/socket_table.h, header only.
#pragma once

#include "reeve/socket_table.h"

#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

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
