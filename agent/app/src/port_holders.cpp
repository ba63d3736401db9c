// SPDX-License-Identifier: Apache-2.0
#include "port_holders.hpp"

#include "reeve/os/port_probe.hpp"
#include "reeve/os/process_control.hpp"

#include <chrono>

namespace reeve::app {

namespace {

constexpr nanoseconds patience = std::chrono::seconds(2);

} // namespace

std::optional<supervise::port_holder>
holder_of(const config::port_settings& port, plugin_host::socket_table_service& sockets, const clock& time) {
  const os::transport protocol = port.udp ? os::transport::udp : os::transport::tcp;
  const os::port_state state = os::probe_port(protocol, port.number);
  if (state == os::port_state::free) return std::nullopt;
  os::socket_request wanted;
  wanted.connections = false;
  wanted.remembered_owners = true;
  wanted.ports = {port.number};
  const auto found = sockets.look_up(wanted, time.mono() + patience);
  supervise::port_holder out{{}, "a process that this account may not see"};
  if (!found) return state == os::port_state::taken ? std::optional(out) : std::nullopt;
  bool is_held = state == os::port_state::taken;
  for (const os::socket_row& row : found->rows) {
    if (row.protocol != protocol || row.local_port != port.number || row.state != os::socket_state::listen)
      continue;
    is_held = true;
    if (row.owners == 0) continue;
    out.id = found->owners[row.first_owner].id;
    out.description = os::describe_process(out.id);
    break;
  }
  return is_held ? std::optional(out) : std::nullopt;
}

} // namespace reeve::app
