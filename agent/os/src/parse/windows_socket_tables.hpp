// SPDX-License-Identifier: Apache-2.0
// What GetExtendedTcpTable and GetExtendedUdpTable write, turned into rows. No system header: built and tested
// everywhere.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/os/socket_table.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace reeve::os::parse {

// A socket as those tables have it: its owner is a pid, 0 where no process has it any more (time_wait).
struct windows_socket {
  socket_row row;
  std::uint32_t owner_pid = 0;
};

// Appends the rows of one table: MIB_TCPTABLE_OWNER_PID, MIB_TCP6TABLE_OWNER_PID, MIB_UDPTABLE_OWNER_PID or
// MIB_UDP6TABLE_OWNER_PID (Microsoft's pages on tcpmib.h and udpmib.h). Bytes after the last row are ignored.
result<> parse_windows_sockets(std::span<const std::byte> table, transport protocol, bool v6,
                               std::vector<windows_socket>& out);

} // namespace reeve::os::parse
