// SPDX-License-Identifier: Apache-2.0
#include "emission.hpp"

#include <bit>
#include <iterator>
#include <string>

namespace reeve::port_watch {

namespace {

using sdk::kind;
using sdk::label;

} // namespace

std::string address_label(const std::optional<sdk::address>& address) {
  return address ? sdk::address_text(address->bytes.data(), address->v6) : "any";
}

const char* protocol_label(std::uint8_t protocol) noexcept {
  return protocol == REEVE_UDP ? "udp" : "tcp";
}

void emission::declare(const sdk::host& host, const sdk::call& call) {
  listening_ = host.family(call, kind::gauge, "reeve_port_listening",
                           "Sockets that listen on this address and port.", {"protocol", "address", "port"});
  limited_ = host.family(call, kind::gauge, "reeve_port_limited",
                         "Listening addresses that are not shown because of max_ports.");
  if (options_.owners) {
    owner_ = host.family(call, kind::info, "reeve_port_owner", "A process that holds a listening socket.",
                         {"protocol", "address", "port", "pid", "name"});
    unowned_ = host.family(call, kind::gauge, "reeve_port_sockets_unowned",
                           "Sockets without a known owner, by reason.", {"reason"});
  }
  if (options_.connections) {
    connections_ = host.family(call, kind::gauge, "reeve_port_connections",
                               "Connections through a listening address and port, by state.",
                               {"protocol", "address", "port", "state"});
    sockets_ = host.family(call, kind::gauge, "reeve_port_sockets", "All sockets of this machine, by state.",
                           {"protocol", "state"});
  }
  if (!options_.ports.empty()) {
    as_declared_ = host.family(call, kind::gauge, "reeve_port_as_declared",
                               "1 when a declared port is held, or free, as it was declared.",
                               {"protocol", "address", "port"});
    conflicts_ = host.family(call, kind::counter, "reeve_port_conflicts",
                             "Times that a declared port was taken by somebody who should not have it.",
                             {"protocol", "address", "port"});
  }
  if (!options_.endpoints.empty()) {
    endpoint_connections_ =
        host.family(call, kind::gauge, "reeve_endpoint_connections",
                    "Connections to a declared endpoint, by the name of the process that holds them.",
                    {"endpoint", "group", "state"});
    endpoint_limit_ = host.family(call, kind::gauge, "reeve_endpoint_connections_limit",
                                  "Declared maximum of connections to an endpoint.", {"endpoint"});
  }
}

void emission::write_listener(sdk::emitter& out, const tick_view& t, const listener_key& key,
                              const listener& one) {
  const std::string address = sdk::address_text(key.address.data(), key.v6);
  const std::string port = std::to_string(key.port);
  reeve_label labels[5] = {label(protocol_label(key.protocol)), label(address), label(port)};
  out.sample(listening_, {labels, 3}, one.sockets);
  for (const process_ref& owner : one.owners) {
    const std::string pid = std::to_string(owner.pid);
    labels[3] = label(pid);
    labels[4] = label(t.names.of(owner.pid, owner.start));
    out.sample(owner_, {labels, 5}, 1);
  }
  if (!options_.connections || key.protocol != REEVE_TCP) return;
  std::uint32_t& seen = seen_states_.try_emplace(key, 1u << REEVE_SOCKET_ESTABLISHED).first->second;
  for (std::size_t state = 0; state < n_states; ++state)
    if (one.connections[state] != 0) seen |= 1u << state;
  for (std::size_t state = 0; state < n_states; ++state) {
    if (!(seen & 1u << state)) continue;
    labels[3] = label(sdk::state_text(static_cast<std::uint8_t>(state)));
    out.sample(connections_, {labels, 4}, one.connections[state]);
  }
}

void emission::write_declared(sdk::emitter& out, const tick_view& t) {
  for (std::size_t i = 0; i < options_.ports.size(); ++i) {
    const declared_port& declared = options_.ports[i];
    const std::string address = address_label(declared.address), port = std::to_string(declared.port);
    const reeve_label labels[] = {label(protocol_label(declared.protocol)), label(address), label(port)};
    out.sample(as_declared_, labels, t.ports[i].as_declared ? 1 : 0);
    out.sample(conflicts_, labels, static_cast<double>(t.ports[i].conflicts_total));
  }
}

void emission::write_endpoints(sdk::emitter& out, const tick_view& t) {
  for (std::size_t i = 0; i < options_.endpoints.size(); ++i) {
    const declared_endpoint& declared = options_.endpoints[i];
    reeve_label labels[3] = {label(declared.name)};
    if (declared.limit > 0) out.sample(endpoint_limit_, {labels, 1}, static_cast<double>(declared.limit));
    for (const auto& [name, counts] : t.ends[i].groups) {
      labels[1] = label(name);
      for (std::size_t state = 0; state < n_states; ++state) {
        if (counts[state] == 0) continue;
        labels[2] = label(sdk::state_text(static_cast<std::uint8_t>(state)));
        out.sample(endpoint_connections_, labels, counts[state]);
      }
    }
  }
}

reeve_status emission::write(const sdk::host& host, const sdk::call& call, const tick_view& t) {
  sdk::emitter out(host, call);
  std::int64_t shown = 0;
  for (const auto& [key, one] : t.listeners)
    if (shown++ < options_.max_ports) write_listener(out, t, key, one);
  out.sample(limited_, {}, static_cast<double>(std::max<std::int64_t>(shown - options_.max_ports, 0)));
  std::erase_if(seen_states_, [&](const auto& one) { return !t.listeners.contains(one.first); });

  if (options_.connections)
    for (std::size_t p = 0; p < 2; ++p)
      for (std::size_t state = 0; state < n_states; ++state) {
        const bool always = state == REEVE_SOCKET_LISTEN || state == REEVE_SOCKET_ESTABLISHED || p == 0;
        if (t.by_protocol[p][state] == 0 && !always) continue;
        const reeve_label labels[] = {label(p == 0 ? "tcp" : "udp"),
                                      label(sdk::state_text(static_cast<std::uint8_t>(state)))};
        out.sample(sockets_, labels, t.by_protocol[p][state]);
      }
  if (options_.owners) {
    const reeve_socket_rows& raw = t.rows.raw();
    const std::pair<const char*, std::uint64_t> reasons[] = {{"none", raw.unowned_none},
                                                             {"access_denied", raw.unowned_access_denied},
                                                             {"unseen", raw.unowned_unseen}};
    for (const auto& [reason, count] : reasons) {
      const reeve_label labels[] = {label(reason)};
      out.sample(unowned_, labels, static_cast<double>(count));
    }
  }
  write_declared(out, t);
  write_endpoints(out, t);
  return out.flush();
}

} // namespace reeve::port_watch
