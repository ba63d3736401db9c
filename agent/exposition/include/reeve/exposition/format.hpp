// SPDX-License-Identifier: Apache-2.0
// Which exposition format a scraper gets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace reeve::exposition {

enum class format : std::uint8_t {
  text,        // Prometheus text 0.0.4
  openmetrics, // OpenMetrics 1.0.0
};

// For the Content-Type header.
std::string content_type(format f);

// OpenMetrics when the Accept header names it, in version 1.0.0 or none, and does not like plain text better;
// otherwise text, also when the header is empty, malformed or leaves nothing that this agent speaks.
format negotiate(std::string_view accept_header);

} // namespace reeve::exposition
