// SPDX-License-Identifier: Apache-2.0
#include "events.hpp"

#include "emission.hpp"

#include "reeve/event.hpp"

#include <string>

namespace reeve::port_watch {

namespace {

constexpr sdk::event_kind port_events[] = {{1, REEVE_WARN, "port.taken"},
                                           {2, REEVE_WARN, "port.gone"},
                                           {3, REEVE_INFO, "port.changed_hands"},
                                           {4, REEVE_INFO, "port.restored"}};
constexpr sdk::event_kind endpoint_exhausted{5, REEVE_WARN, "endpoint.exhausted"};
constexpr sdk::event_kind endpoint_recovered{6, REEVE_INFO, "endpoint.recovered"};

} // namespace

void raise(const sdk::host& host, const options& o, const port_event& e) {
  const declared_port& declared = o.ports[e.port];
  const std::string port = std::to_string(declared.port), address = address_label(declared.address);
  const std::string what = std::string(protocol_label(declared.protocol)) + " port " + port +
                           (declared.address ? " on " + address : std::string());
  const std::string who = e.names.empty() ? "a process that cannot be seen from here" : e.names;
  std::string expected;
  for (const std::string& name : declared.owners)
    expected += (expected.empty() ? "" : " or ") + name;
  std::string message;
  switch (e.what) {
  case port_change::taken:
    message = what + " is taken by " + who +
              (declared.free ? "; it was declared free" : "; it was declared to be held by " + expected);
    break;
  case port_change::gone:
    message = "nobody listens on " + what + (expected.empty() ? "" : "; " + expected + " should");
    break;
  case port_change::changed_hands:
    message = what + " is now held by " + who;
    break;
  case port_change::restored:
    message = what + (declared.free ? " is free again" : " is held as declared again, by " + who);
    break;
  }
  const reeve_field fields[] = {sdk::field("protocol", protocol_label(declared.protocol)),
                                sdk::field("address", address), sdk::field("port", port),
                                sdk::field("owners", e.names)};
  sdk::raise(host, port_events[static_cast<std::size_t>(e.what)], message, fields);
}

void raise(const sdk::host& host, const options& o, const endpoint_change& e, const endpoint_usage& usage) {
  const declared_endpoint& declared = o.endpoints[e.endpoint];
  const std::string used = std::to_string(usage.in_use), limit = std::to_string(declared.limit);
  std::string holders;
  for (const auto& [name, counts] : usage.groups) {
    std::uint64_t sum = 0;
    for (std::size_t state = 0; state < n_states; ++state)
      if (state != REEVE_SOCKET_TIME_WAIT) sum += counts[state];
    if (sum > 0) holders += (holders.empty() ? "" : ", ") + name + " " + std::to_string(sum);
  }
  const std::string message = "endpoint " + declared.name + ": " + used + " of " + limit +
                              " connections are in use" +
                              (e.exhausted ? " (" + holders + ")" : "; no longer near the limit");
  const reeve_field fields[] = {sdk::field("endpoint", declared.name), sdk::field("connections", used),
                                sdk::field("limit", limit), sdk::field("holders", holders)};
  sdk::raise(host, e.exhausted ? endpoint_exhausted : endpoint_recovered, message, fields);
}

} // namespace reeve::port_watch
