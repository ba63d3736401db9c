// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/port_probe.hpp"

#include "bind_probe.hpp"

namespace reeve::os {

port_state probe_port(transport protocol, std::uint16_t port) {
  const port_state first = probe_bind(ip_version::v4, protocol, port);
  if (first == port_state::taken) return first;
  const port_state second = probe_bind(ip_version::v6, protocol, port);
  return second == port_state::free ? first : second;
}

} // namespace reeve::os
