// SPDX-License-Identifier: Apache-2.0
#include "port_holders.hpp"

#include "several_holders.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/port_probe.hpp"
#include "reeve/os/process_control.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <vector>

namespace reeve::app {

namespace {

constexpr nanoseconds patience = std::chrono::seconds(2);
constexpr const char* hidden = "a process that this account may not see";

struct listening_sockets {
  bool is_held = false;
  std::vector<std::vector<process_id>> owners; // of each socket; none: they cannot be seen
};

listening_sockets look_at(const config::port_settings& port, plugin_host::socket_table_service& sockets,
                          const clock& time) {
  listening_sockets out;
  const os::transport protocol = port.udp ? os::transport::udp : os::transport::tcp;
  const os::port_state state = os::probe_port(protocol, port.number);
  if (state == os::port_state::free) return out;
  out.is_held = state == os::port_state::taken;
  os::socket_request wanted;
  wanted.connections = false;
  wanted.remembered_owners = true;
  wanted.ports = {port.number};
  const auto found = sockets.look_up(wanted, time.mono() + patience);
  if (!found) return out;
  for (const os::socket_row& row : found->rows) {
    if (row.protocol != protocol || row.local_port != port.number || row.state != os::socket_state::listen)
      continue;
    out.is_held = true;
    std::vector<process_id>& who = out.owners.emplace_back();
    for (std::uint32_t i = 0; i < row.owners; ++i)
      who.push_back(found->owners[row.first_owner + i].id);
  }
  return out;
}

} // namespace

std::optional<supervise::port_holder>
holder_of(const config::port_settings& port, plugin_host::socket_table_service& sockets, const clock& time) {
  const listening_sockets found = look_at(port, sockets, time);
  if (!found.is_held) return std::nullopt;
  for (const auto& who : found.owners)
    if (!who.empty()) return supervise::port_holder{who.front(), os::describe_process(who.front())};
  return supervise::port_holder{{}, hidden};
}

result<process_id> one_holder_of(const config::port_settings& port,
                                 plugin_host::socket_table_service& sockets, const clock& time) {
  const listening_sockets found = look_at(port, sockets, time);
  const std::string name = cat("port ", port.number, port.udp ? "/udp" : "");
  if (!found.is_held) return error{errc::not_found, cat("nobody holds ", name), 0};
  const bool is_any_hidden = std::ranges::any_of(found.owners, [](const auto& who) { return who.empty(); });
  if (found.owners.empty() || is_any_hidden)
    return error{errc::access_denied, cat(name, " is held by ", hidden), 0};
  std::set<process_id> all, of_every(found.owners.front().begin(), found.owners.front().end());
  for (const auto& who : found.owners) {
    all.insert(who.begin(), who.end());
    std::erase_if(of_every, [&](const process_id& id) { return std::ranges::find(who, id) == who.end(); });
  }
  if (of_every.empty()) return several_hold(name, all);
  return *std::ranges::min_element(of_every, {}, &process_id::start);
}

} // namespace reeve::app
