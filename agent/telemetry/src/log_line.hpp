// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/telemetry/log.hpp"

#include <cstddef>
#include <string>

namespace reeve {

inline constexpr std::size_t longest_line_bytes = 16 * 1024;

// All of a line but its time, which is also what makes two lines the same.
struct log_line {
  log_level level = log_level::info;
  std::string body; // "WARN  plugin: ..." or the members of a JSON object; valid UTF-8
};

log_line make_line(bool json, log_level level, std::string_view component, std::string_view message,
                   std::initializer_list<log_field> fields);

struct finished_line {
  std::string text;            // without a newline
  std::size_t level_begin = 0; // the bytes to colour
  std::size_t level_end = 0;
};

// `repeated` of 0 is left out.
finished_line finish_line(bool json, const log_line& line, nanoseconds unix_time, std::uint64_t repeated);

} // namespace reeve
