// SPDX-License-Identifier: Apache-2.0
#include "rfc3339.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace reeve::webhook {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

std::optional<nanoseconds> unix_time(std::string_view text) {
  const auto read = parse_rfc3339(text);
  return read ? read->unix_time() : std::nullopt;
}

TEST(rfc3339, reads_what_the_standard_shows) {
  EXPECT_EQ(unix_time("1970-01-01T00:00:00Z"), 0ns);
  EXPECT_EQ(unix_time("1985-04-12T23:20:50.52Z"), 482196050s + 520ms);
  EXPECT_EQ(unix_time("1996-12-19T16:39:57-08:00"), 851042397s);
  EXPECT_EQ(unix_time("1990-12-31T23:59:60Z"), 662688000s);
  EXPECT_EQ(unix_time("1937-01-01T12:00:27.87+00:20"), -1041337173s + 870ms);
  EXPECT_EQ(unix_time("2024-02-29t00:00:00.123456789999z"), 1709164800s + 123456789ns);
}

TEST(rfc3339, what_64_bits_cannot_hold_is_a_time_and_no_number) {
  for (const char* text :
       {"0001-01-01T00:00:00Z", "1677-01-01T00:00:00Z", "2262-06-01T00:00:00Z", "9999-12-31T23:59:59Z"}) {
    EXPECT_TRUE(parse_rfc3339(text)) << text;
    EXPECT_FALSE(unix_time(text)) << text;
  }
  EXPECT_TRUE(unix_time("1678-01-01T00:00:00Z"));
  EXPECT_TRUE(unix_time("2261-12-31T23:59:59Z"));
}

TEST(rfc3339, refuses_everything_else) {
  for (const char* text :
       {"", "now", "2026-11-26", "2026-11-26T11:00Z", "2026-11-26T11:00:45", "2026-11-26T11:00:45.Z",
        "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-26T24:00:00Z", "2026-11-26T11:60:00Z",
        "2026-11-26T11:00:61Z", "2026-11-26T11:00:45+0100", "2026-11-26T11:00:45+24:00",
        "2026-11-26T11:00:45Zz", " 2026-11-26T11:00:45Z", "+026-11-26T11:00:45Z", "2026-11-00T11:00:45Z"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

} // namespace
} // namespace reeve::webhook
