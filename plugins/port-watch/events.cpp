// SPDX-License-Identifier: Apache-2.0
#include "events.hpp"

#include "emission.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::port_watch {

namespace {

struct kind_of_event {
  std::uint32_t id;
  std::uint32_t severity;
  const char* name;
};
constexpr kind_of_event port_events[] = {{1, REEVE_WARN, "port.taken"},
                                         {2, REEVE_WARN, "port.gone"},
                                         {3, REEVE_INFO, "port.changed_hands"},
                                         {4, REEVE_INFO, "port.restored"}};
constexpr kind_of_event endpoint_exhausted{5, REEVE_WARN, "endpoint.exhausted"};
constexpr kind_of_event endpoint_recovered{6, REEVE_INFO, "endpoint.recovered"};

void send(const sdk::host& host, const kind_of_event& what, const std::string& message,
          std::initializer_list<std::pair<const char*, std::string_view>> texts) {
  std::vector<reeve_field> fields;
  for (const auto& [key, value] : texts) {
    reeve_field& f = fields.emplace_back();
    f.key = sdk::str(key);
    f.vtype = REEVE_T_STR;
    f.v.str = sdk::str(value);
  }
  reeve_event e{};
  e.struct_size = sizeof e;
  e.id = what.id;
  e.severity = what.severity;
  e.name = sdk::str(what.name);
  e.message = sdk::str(message);
  e.fields = fields.data();
  e.n_fields = static_cast<std::uint32_t>(fields.size());
  e.field_stride = sizeof(reeve_field);
  host.event(e); // a full queue is counted by the host
}

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
  send(host, port_events[static_cast<std::size_t>(e.what)], message,
       {{"protocol", protocol_label(declared.protocol)},
        {"address", address},
        {"port", port},
        {"owners", e.names}});
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
  send(host, e.exhausted ? endpoint_exhausted : endpoint_recovered, message,
       {{"endpoint", declared.name}, {"connections", used}, {"limit", limit}, {"holders", holders}});
}

} // namespace reeve::port_watch
