// SPDX-License-Identifier: Apache-2.0
// The table [plugin.port-watch].
#pragma once

#include "reeve/plugin.hpp"
#include "reeve/socket_table.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reeve::port_watch {

struct declared_port {
  std::uint8_t protocol = REEVE_TCP;
  std::optional<sdk::address> address; // none: any
  std::uint16_t port = 0;
  bool free = false;               // expected: nobody listens
  std::vector<std::string> owners; // names, one of which is expected; empty: any
};

struct declared_endpoint {
  std::string name;
  std::optional<sdk::address> address; // none: any
  std::uint16_t port = 0;
  std::int64_t limit = 0; // 0: none
  double warn_ratio = 0.9;
};

struct options {
  bool owners = true;
  bool connections = true;
  bool udp = true;
  std::int64_t max_ports = 1000;
  std::vector<declared_port> ports;
  std::vector<declared_endpoint> endpoints;
};

// Reports every mistake with its place; what it returns then is not used.
options read_options(sdk::config& config);

} // namespace reeve::port_watch
