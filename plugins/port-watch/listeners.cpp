// SPDX-License-Identifier: Apache-2.0
#include "listeners.hpp"

#include <algorithm>
#include <cstring>

namespace reeve::port_watch {

namespace {

constexpr std::array<std::uint8_t, 16> unspecified{};

listener_key key_of(const reeve_socket_row& row) noexcept {
  listener_key key;
  key.port = row.local_port;
  key.protocol = row.protocol;
  key.v6 = (row.flags & REEVE_SOCKET_V6) != 0;
  std::memcpy(key.address.data(), row.local, key.address.size());
  return key;
}

// The IPv4 end of a connection that came in through a dual-stack listener: "::ffff:a.b.c.d".
bool is_mapped(const listener_key& key) noexcept {
  static constexpr std::uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return key.v6 && std::memcmp(key.address.data(), mapped, sizeof mapped) == 0;
}

listener* through(const reeve_socket_row& row, listener_map& listeners) {
  listener_key key = key_of(row);
  const bool v4 = !key.v6 || is_mapped(key);
  if (const auto exact = listeners.find(key); exact != listeners.end()) return &exact->second;
  key.address = unspecified;
  if (const auto all = listeners.find(key);
      all != listeners.end() && (!v4 || !key.v6 || all->second.dual_stack))
    return &all->second;
  if (!v4 || key.v6) return nullptr;
  key.v6 = true;
  const auto both = listeners.find(key);
  return both != listeners.end() && both->second.dual_stack ? &both->second : nullptr;
}

} // namespace

void collect_listeners(const socket_rows& rows, bool udp, listener_map& out) {
  out.clear();
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    const reeve_socket_row& row = rows[i];
    if (row.state != REEVE_SOCKET_LISTEN || (row.protocol == REEVE_UDP && !udp)) continue;
    listener& one = out[key_of(row)];
    one.dual_stack = one.dual_stack || (row.flags & REEVE_SOCKET_DUAL_STACK) != 0;
    ++one.sockets;
    for (std::uint32_t k = 0; k < rows.owners(row); ++k) {
      const reeve_socket_owner& owner = rows.owner(row, k);
      one.owners.push_back({owner.pid, owner.start});
    }
  }
  for (auto& [key, one] : out) {
    std::sort(one.owners.begin(), one.owners.end());
    one.owners.erase(std::unique(one.owners.begin(), one.owners.end()), one.owners.end());
  }
}

void count_connections(const socket_rows& rows, listener_map& listeners,
                       std::array<state_counts, 2>& by_protocol) {
  by_protocol = {};
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    const reeve_socket_row& row = rows[i];
    const std::size_t state = row.state < n_states ? row.state : std::size_t{REEVE_SOCKET_OTHER};
    ++by_protocol[row.protocol == REEVE_UDP ? 1 : 0][state];
    if (state == REEVE_SOCKET_LISTEN) continue;
    if (listener* one = through(row, listeners)) ++one->connections[state];
  }
}

} // namespace reeve::port_watch
