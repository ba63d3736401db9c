// SPDX-License-Identifier: Apache-2.0
// The plugin's events: stable ids and names, listed in the README.
#pragma once

#include "declared_ports.hpp"
#include "endpoints.hpp"
#include "options.hpp"

#include "reeve/plugin.hpp"

namespace reeve::port_watch {

void raise(const sdk::host& host, const options& o, const port_event& e);
void raise(const sdk::host& host, const options& o, const endpoint_change& e, const endpoint_usage& usage);

} // namespace reeve::port_watch
