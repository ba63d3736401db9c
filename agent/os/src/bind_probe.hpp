// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/os/port_probe.hpp"

#include <cstdint>

namespace reeve::os {

enum class ip_version : std::uint8_t { v4, v6 };

// Binds to any address of that version for a moment. Free where this system does not speak it.
port_state probe_bind(ip_version version, transport protocol, std::uint16_t port);

} // namespace reeve::os
