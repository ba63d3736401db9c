// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ps/process_list.hpp"

#include <boost/json/value.hpp>

namespace reeve::cli {

// Everything that was read of a process, in base units; what could not be read has no member. `start_stamp`,
// which with the pid is the identity, is text: it has more digits than JavaScript's numbers hold.
boost::json::object to_json(const os::process_rows& rows, const os::process_row& row,
                            const cpu_shares* shares);

// {"processes": [...], "unreadable": {"access_denied": 3, ...}}; in a tree each process has its "children".
boost::json::value to_json(const os::process_rows& rows, const std::vector<list_line>& lines,
                           const cpu_shares* shares, bool tree);

} // namespace reeve::cli
