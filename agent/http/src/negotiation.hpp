// SPDX-License-Identifier: Apache-2.0
// What a request line and its headers mean. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::http {

struct request_target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};

// Origin form ("/path?query") or absolute form ("http://host/path?query", whose host is not looked at).
// False: neither, a broken percent-escape, or a control byte.
bool parse_target(std::string_view target, request_target& out);

// Whether gzip is allowed by this Accept-Encoding value and not liked less than no coding at all (RFC
// 9110, 12.5.3).
bool accepts_gzip(std::string_view accept_encoding);

// Text compresses; what is not text is mostly compressed already.
bool is_compressible(std::string_view content_type);

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::string http_date(long long unix_seconds);

} // namespace reeve::http
