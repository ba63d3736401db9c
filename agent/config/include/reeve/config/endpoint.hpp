// SPDX-License-Identifier: Apache-2.0
// "127.0.0.1:9847", "[::1]:9847", "localhost:9847": where to listen.
#pragma once

#include "reeve/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace reeve::config {

struct endpoint {
  std::string host;       // an IPv4 or IPv6 address without brackets, or a host name (not looked up here)
  std::uint16_t port = 0; // 0 = any free port

  friend bool operator==(const endpoint&, const endpoint&) = default;
};

// invalid_argument with a message that quotes `text` and says what is wrong with it.
result<endpoint> parse_endpoint(std::string_view text);
std::string format_endpoint(const endpoint& value); // what parse_endpoint reads back
bool is_loopback(const endpoint& value);            // nobody but this machine reaches it

} // namespace reeve::config
