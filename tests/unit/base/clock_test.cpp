// SPDX-License-Identifier: Apache-2.0
#include "reeve/base/clock.hpp"

#include <gmock/gmock.h>

namespace reeve {
namespace {

using namespace std::chrono_literals;

TEST(utc_text, is_read_back_to_the_millisecond) {
  const nanoseconds time = 1'795'000'000'123ms;
  EXPECT_EQ(format_utc(time), "2026-11-18T11:06:40.123Z"); // date -u -d @1795000000
  EXPECT_THAT(parse_utc(format_utc(time + 999us)), testing::Optional(time));
  EXPECT_THAT(parse_utc("1970-01-01T00:00:00.000Z"), testing::Optional(nanoseconds(0)));
}

TEST(utc_text, of_another_form_or_of_no_day_is_no_time) {
  for (const char* text :
       {"", "2026-11-18", "2026-11-18T11:06:40Z", "2026-11-18 11:06:40.123Z", "2026-02-29T11:06:40.123Z",
        "2026-11-18T24:00:00.000Z", "2026-11-18T11:06:40.12xZ", "1677-12-31T23:59:59.999Z",
        "2262-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"})
    EXPECT_EQ(parse_utc(text), std::nullopt) << text;
}

} // namespace
} // namespace reeve
