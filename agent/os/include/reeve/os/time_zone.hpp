// SPDX-License-Identifier: Apache-2.0
// A time zone as the list of its offsets from UTC. Pure but for load_time_zone(). Safe from any thread.
#pragma once

#include "reeve/base/result.hpp"

#include <chrono>
#include <string_view>
#include <vector>

namespace reeve::os {

struct zone_offset {
  std::chrono::sys_seconds from;  // until the next one's
  std::chrono::seconds offset{0}; // local time = UTC + offset
  friend bool operator==(const zone_offset&, const zone_offset&) = default;
};

// Changes before 1970 are left out. What a zone's yearly rules say is written out up to the year 2200; from then on the last
// offset holds.
inline constexpr std::chrono::sys_seconds zone_begin{-std::chrono::seconds(std::int64_t{1} << 59)};
inline constexpr std::chrono::sys_seconds zone_end =
    std::chrono::sys_days(std::chrono::year(2200) / std::chrono::January / 1);

struct time_zone {
  std::vector<zone_offset> offsets; // ascending; the first is from zone_begin, so there is one at least

  std::chrono::seconds offset_at(std::chrono::sys_seconds utc) const noexcept;
};

// "UTC"; "local": the machine's own; else a name of the IANA time zone database, as "Europe/Berlin". The rules are those of
// the moment of the call: the agent reads them again only when it is started again.
// Linux: the compiled files below /usr/share/zoneinfo (package tzdata); local is what tzset(3) takes: the variable TZ, else
// /etc/localtime, else UTC.
// Windows: names need icu.dll, which is part of Windows 10 1903, Server 2022 and later, else errc::unsupported. Local is the
// zone of the system's settings; TZ is not looked at.
// errc::not_found: there is no zone of that name.
result<time_zone> load_time_zone(std::string_view name);

} // namespace reeve::os
