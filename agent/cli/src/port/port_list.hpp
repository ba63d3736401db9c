// SPDX-License-Identifier: Apache-2.0
// Which sockets are shown, in which order, and as what. Pure.
#pragma once

#include "port/port_spec.hpp"
#include "ps/text_table.hpp"

#include "reeve/base/clock.hpp"
#include "reeve/os/process_table.hpp"
#include "reeve/os/socket_table.hpp"

#include <boost/json.hpp>

#include <vector>

namespace reeve::cli {

struct port_question {
  std::vector<port_spec> ports; // empty: all
  bool connections = false;     // also what does not listen, though something listens
};

// One line: a socket and one of its owners, or a socket without any.
struct port_line {
  const os::socket_row* socket = nullptr;
  const os::socket_owner* owner = nullptr;  // null: none is known
  const os::process_row* process = nullptr; // null: it has gone, or none is known
};

// What the question is about, by port, protocol and address. A socket that does not listen is left out where something
// listens on its port, unless it was asked for.
std::vector<port_line> list_ports(const os::socket_rows& sockets, const os::process_rows& processes,
                                  const port_question& question);

// Something would get in the way of a server on one of these ports. What only waits for late packets (time_wait) does
// not: servers bind over it.
bool is_taken(const std::vector<port_line>& lines) noexcept;

// `needed`: the processes' fields that the table and the document show.
os::process_fields needed_fields_of_ports() noexcept;
std::string render_ports(const std::vector<port_line>& lines, const os::process_rows& processes,
                         nanoseconds unix_now, const table_style& style);
boost::json::array ports_to_json(const std::vector<port_line>& lines, const os::process_rows& processes);

} // namespace reeve::cli
