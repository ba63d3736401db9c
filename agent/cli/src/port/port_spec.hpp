// SPDX-License-Identifier: Apache-2.0
// Which ports a person means: "8080", "tcp/8080", "udp/53", "8000-8100". Pure.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/os/socket_table.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace reeve::cli {

struct port_spec {
  std::optional<os::transport> protocol; // none: both
  std::uint16_t first = 0, last = 0;

  bool covers(const os::socket_row& row) const noexcept {
    return row.local_port >= first && row.local_port <= last && (!protocol || *protocol == row.protocol);
  }
};

result<port_spec> parse_port_spec(std::string_view text);

} // namespace reeve::cli
