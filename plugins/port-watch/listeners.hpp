// SPDX-License-Identifier: Apache-2.0
// What listens, each protocol, address and port once, with its owners and its connections. Pure.
#pragma once

#include "socket_rows.hpp"

#include "reeve/socket_table.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <vector>

namespace reeve::port_watch {

inline constexpr std::size_t n_states = REEVE_SOCKET_CLOSING + 1;
using state_counts = std::array<std::uint32_t, n_states>;

struct listener_key {
  std::uint16_t port = 0;
  std::uint8_t protocol = 0;
  bool v6 = false;
  std::array<std::uint8_t, 16> address{};
  auto operator<=>(const listener_key&) const = default;
};

struct process_ref {
  std::uint32_t pid = 0;
  std::uint64_t start = 0;
  auto operator<=>(const process_ref&) const = default;
};

struct listener {
  bool dual_stack = false;
  std::uint32_t sockets = 0;       // several share a port by SO_REUSEPORT
  std::vector<process_ref> owners; // ascending, each once
  state_counts connections{};      // to it, by state
};

using listener_map = std::map<listener_key, listener>;

// The listeners of a reading. `udp`: sockets without a peer count as such.
void collect_listeners(const socket_rows& rows, bool udp, listener_map& out);

// Adds every connection to the listener it came through: the one on its own address, else the one on all addresses of
// its family, else one on all addresses of both. `out` has the rest and all others by protocol and state: all sockets.
void count_connections(const socket_rows& rows, listener_map& listeners,
                       std::array<state_counts, 2>& by_protocol);

} // namespace reeve::port_watch
