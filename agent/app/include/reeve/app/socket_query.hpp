// SPDX-License-Identifier: Apache-2.0
// Sockets over the control channel: what the command line asks a running agent, which has looked at all descriptors before.
// Text, a line each, so that both ends may be of different versions. Pure.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/os/socket_table.hpp"

#include <string>
#include <string_view>

namespace reeve::app {

inline constexpr std::string_view socket_query_verb = "sockets";

// "sockets listening connections port=80 port=81"; owners are always asked for.
std::string to_query(const os::socket_request& request);
result<os::socket_request> parse_socket_query(std::string_view query);

std::string to_text(const os::socket_rows& rows);
result<os::socket_rows> parse_sockets(std::string_view text);

} // namespace reeve::app
