// SPDX-License-Identifier: Apache-2.0
// The metrics of one tick.
#pragma once

#include "declared_ports.hpp"
#include "endpoints.hpp"
#include "listeners.hpp"
#include "options.hpp"
#include "reeve/process_table.hpp"

#include "reeve/plugin.hpp"

#include <array>
#include <cstdint>
#include <map>

namespace reeve::port_watch {

struct tick_view {
  const socket_rows& rows;
  const sdk::process_names& names;
  const listener_map& listeners;
  const std::array<state_counts, 2>& by_protocol;
  const declared_ports& ports;
  const endpoints& ends;
};

class emission {
 public:
  explicit emission(const options& o) : options_(o) {}

  // Registers every family that these options can fill. Throws what the host refuses.
  void declare(const sdk::host& host, const sdk::call& call);
  reeve_status write(const sdk::host& host, const sdk::call& call, const tick_view& t);

 private:
  void write_listener(sdk::emitter& out, const tick_view& t, const listener_key& key, const listener& one);
  void write_declared(sdk::emitter& out, const tick_view& t);
  void write_endpoints(sdk::emitter& out, const tick_view& t);

  const options& options_;
  std::uint32_t listening_ = 0, owner_ = 0, connections_ = 0, sockets_ = 0, unowned_ = 0, limited_ = 0;
  std::uint32_t as_declared_ = 0, conflicts_ = 0, endpoint_connections_ = 0, endpoint_limit_ = 0;
  // States that a listener's connections have been in: shown with 0 from then on, not dropped. As bits.
  std::map<listener_key, std::uint32_t> seen_states_;
};

// "127.0.0.1", or "any" for none.
std::string address_label(const std::optional<sdk::address>& address);
const char* protocol_label(std::uint8_t protocol) noexcept;

} // namespace reeve::port_watch
