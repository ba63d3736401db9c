// SPDX-License-Identifier: Apache-2.0
// Compiled files of the time zone database 2025b: tests/fixtures/zoneinfo. All but Berlin-fat were made with zic -b slim, so that
// most of their changes are in the rule at their end.
#pragma once

#include "parse/tzif.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace reeve::os::test {

inline std::string zone_bytes(const std::string& name) {
  std::ifstream file(REEVE_SOURCE_DIR "/tests/fixtures/zoneinfo/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline result<time_zone> parse_zone(const std::string& bytes) {
  return parse::parse_tzif(std::as_bytes(std::span(bytes)));
}

inline time_zone zone(const std::string& name) {
  const result<time_zone> parsed = parse_zone(zone_bytes(name));
  EXPECT_TRUE(parsed) << name << ": " << parsed.error().message;
  return parsed ? *parsed : time_zone{{{zone_begin, std::chrono::seconds(0)}}};
}

} // namespace reeve::os::test
