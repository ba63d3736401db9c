// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/os/socket_table.hpp"

#include <cstdint>

namespace reeve::os {

enum class port_state : std::uint8_t {
  free,
  taken,
  unknown // this account may not bind it, so only the table of sockets can tell
};

// Whether a program could listen on that port, on any address of IPv4 and IPv6: binds to it for a moment, which is a
// thousand times faster than reading who holds what. Connections that wait for their end (TIME_WAIT) do not count, since
// servers listen beside them (SO_REUSEADDR on Linux; on Windows they never count).
port_state probe_port(transport protocol, std::uint16_t port);

} // namespace reeve::os
