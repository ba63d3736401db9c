// SPDX-License-Identifier: Apache-2.0
// What Linux answers to a SOCK_DIAG_BY_FAMILY dump, turned into rows. No system header: built and tested everywhere.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/os/socket_table.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace reeve::os::parse {

// How a piece of a dump ended.
struct inet_diag_piece {
  bool done = false;        // the dump is complete
  bool interrupted = false; // the kernel's table changed so that rows may be missing (NLM_F_DUMP_INTR)
};

// Appends the sockets in one netlink datagram of little-endian words (sock_diag(7), linux/inet_diag.h); addresses are in
// network order. An error the kernel reports has its errno as os_code.
result<inet_diag_piece> parse_inet_diag(std::span<const std::byte> datagram, transport protocol,
                                        std::vector<socket_row>& rows);

} // namespace reeve::os::parse
