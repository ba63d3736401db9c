// SPDX-License-Identifier: Apache-2.0
// An event as the system's log is given it.
#pragma once

#include "reeve/plugin.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace reeve::eventlog_writer {

struct record {
  std::uint32_t severity = REEVE_INFO;
  std::uint16_t id = 1;
  std::int64_t unix_ns = 0;
  std::uint64_t seq = 0;             // 0: this plugin's own
  std::string source, name, message; // UTF-8
  std::vector<std::pair<std::string, std::string>> fields;
};

record record_of(const reeve_event& e);

const char* severity_name(std::uint32_t severity) noexcept;
// REEVE_TRACE to REEVE_FATAL, or -1 for an unknown name.
int severity_from(std::string_view name) noexcept;

// "2026-11-25T20:00:00.123456Z"
std::string utc_time(std::int64_t unix_ns);

// One line: the message, then source, name and fields in brackets. Control characters are escaped, so that nothing in it
// can look like another line.
std::string one_line(const record& r, std::size_t max_bytes);
// For people, on several lines: the message, a blank line, then what else there is.
std::string full_text(const record& r);

// `text` cut at a character boundary.
std::string_view cut(std::string_view text, std::size_t max_bytes) noexcept;

} // namespace reeve::eventlog_writer
