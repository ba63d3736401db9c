// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/config/settings.hpp"
#include "reeve/plugin_host/socket_table_service.hpp"
#include "reeve/supervise/supervisor.hpp"

#include <optional>

namespace reeve::app {

// Who listens on that port, or one of them; nothing: nobody. The table of sockets is read only when the port is not free:
// some milliseconds.
std::optional<supervise::port_holder>
holder_of(const config::port_settings& port, plugin_host::socket_table_service& sockets, const clock& time);

// Who has all sockets that listen on that port, on whatever address: of a server and those that have inherited them from it
// the one that began first. errc::not_found: nobody listens; errc::limit: one has this socket and another that, and it is
// not for us to choose; errc::access_denied: somebody whom this account may not see.
result<process_id> one_holder_of(const config::port_settings& port,
                                 plugin_host::socket_table_service& sockets, const clock& time);

} // namespace reeve::app
