// SPDX-License-Identifier: Apache-2.0
// The rules of a time zone as one text: "CET-1CEST,M3.5.0,M10.5.0/3". POSIX.1-2017, section 8.3, with RFC 8536's hours from
// -167 to 167. No system header: built and tested everywhere.
#pragma once

#include "parse/yearly_change.hpp"

#include <optional>
#include <string_view>

namespace reeve::os::parse {

struct posix_tz {
  std::chrono::seconds standard{0}; // east of Greenwich, unlike in the text
  struct summer {
    std::chrono::seconds offset{0};
    yearly_change begin, end;
  };
  std::optional<summer> daylight;
};

// Without days for the change they are those of the United States, as in glibc.
std::optional<posix_tz> parse_posix_tz(std::string_view text);

// Appends what the rules say after `known`; to an empty zone, all of it.
void append_rules(time_zone& zone, const posix_tz& rules, std::chrono::sys_seconds known = zone_begin);

} // namespace reeve::os::parse
