// SPDX-License-Identifier: Apache-2.0
#include "reeve/base/strings.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace reeve {
namespace {

using namespace std::chrono_literals;

TEST(Duration, Units) {
  EXPECT_EQ(*parse_duration("1ns"), 1ns);
  EXPECT_EQ(*parse_duration("2us"), 2us);
  EXPECT_EQ(*parse_duration("250ms"), 250ms);
  EXPECT_EQ(*parse_duration("10s"), 10s);
  EXPECT_EQ(*parse_duration("3m"), 3min);
  EXPECT_EQ(*parse_duration("2h"), 2h);
  EXPECT_EQ(*parse_duration("1d"), 24h);
  EXPECT_EQ(*parse_duration("1m30s"), 90s);
  EXPECT_EQ(*parse_duration("1d2h3m4s5ms6us7ns"), 26h + 3min + 4s + 5ms + 6us + 7ns);
  EXPECT_EQ(*parse_duration("90s"), 90s);
  EXPECT_EQ(*parse_duration("0"), 0s);
  EXPECT_EQ(*parse_duration("0s"), 0s);
  EXPECT_EQ(*parse_duration("9223372036854775807ns"), nanoseconds::max());
}

TEST(Duration, RefusesTheRestAndQuotesIt) {
  for (const char* text :
       {"", "10", "s", "10 s", " 10s", "10s ", "-1s", "+1s", "1.5s", "1S", "10sec", "1s30", "1e3s", "00",
        "9223372036854775808ns", "106752d", "106751d24h", "99999999999999999999s", "1w"}) {
    const result<nanoseconds> parsed = parse_duration(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, errc::invalid_argument);
    EXPECT_EQ(parsed.error().message.find(cat("\"", text, "\" is not a duration (")), 0u)
        << parsed.error().message;
  }
}

TEST(Duration, PrintsTheShortForm) {
  EXPECT_EQ(format_duration(0ns), "0s");
  EXPECT_EQ(format_duration(1500ms), "1s500ms");
  EXPECT_EQ(format_duration(60s), "1m");
  EXPECT_EQ(format_duration(90s), "1m30s");
  EXPECT_EQ(format_duration(24h), "1d");
  EXPECT_EQ(format_duration(25h + 1ns), "1d1h1ns");
  EXPECT_EQ(format_duration(-90s), "-1m30s");
}

TEST(Duration, ReadsBackWhatItPrints) {
  for (std::int64_t value = 1; value > 0 && value < std::numeric_limits<std::int64_t>::max() / 7;
       value = value * 7 + value % 5)
    EXPECT_EQ(parse_duration(format_duration(nanoseconds(value))).value().count(), value);
  EXPECT_EQ(*parse_duration(format_duration(nanoseconds::max())), nanoseconds::max());
}

} // namespace
} // namespace reeve
