// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/config/settings.hpp"
#include "reeve/plugin_host/socket_table_service.hpp"
#include "reeve/supervise/supervisor.hpp"

#include <optional>

namespace reeve::app {

// Who listens on that port; nothing: nobody. The table of sockets is read only when the port is not free: some milliseconds.
std::optional<supervise::port_holder>
holder_of(const config::port_settings& port, plugin_host::socket_table_service& sockets, const clock& time);

} // namespace reeve::app
