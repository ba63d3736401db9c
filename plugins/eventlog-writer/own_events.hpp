// SPDX-License-Identifier: Apache-2.0
// What this plugin itself writes into the system's log. The ids are in README.md, which a test compares.
#pragma once

#include "record.hpp"

#include <chrono>

namespace reeve::eventlog_writer {

inline constexpr const char* own_source = "eventlog-writer";
inline constexpr std::uint16_t held_back_id = 1;
inline constexpr const char* held_back_name = "eventlog.held_back";

// "12 more of event 24 (plugin.late) of agent were held back in the last 1m". An empty source: of several.
record held_back_event(const std::string& source, std::uint32_t id, const std::string& name,
                       std::uint64_t count, std::uint32_t severity, std::chrono::nanoseconds over);

} // namespace reeve::eventlog_writer
