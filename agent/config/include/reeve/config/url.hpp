// SPDX-License-Identifier: Apache-2.0
// "http://127.0.0.1:8080/health", "https://[::1]/": whom to ask, and for what.
#pragma once

#include "reeve/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace reeve::config {

struct http_url {
  bool tls = false;       // https
  std::string host;       // an IPv4 or IPv6 address without brackets, or a host name (not looked up here)
  std::uint16_t port = 0; // 1..65535; 80 or 443 where none is written
  std::string target;     // path and query as they are sent; begins with '/'

  friend bool operator==(const http_url&, const http_url&) = default;
};

// invalid_argument with a message that quotes `text` and says what is wrong with it.
result<http_url> parse_http_url(std::string_view text);
std::string format_http_url(const http_url& value); // what parse_http_url reads back

} // namespace reeve::config
