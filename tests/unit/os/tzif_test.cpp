// SPDX-License-Identifier: Apache-2.0
#include "parse/posix_tz.hpp"
#include "tests/unit/os/zone_fixture.hpp"

#include <gmock/gmock.h>

namespace reeve::os::parse {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;
using test::parse_zone;
using test::zone;
using test::zone_bytes;
using testing::HasSubstr;

sys_seconds utc(int y, unsigned m, unsigned d, seconds time = 0s) {
  return sys_days(year(y) / month(m) / day(d)) + time;
}

void expect_change(const time_zone& z, sys_seconds at, seconds before, seconds after) {
  EXPECT_EQ(z.offset_at(at - 1s), before) << at.time_since_epoch().count();
  EXPECT_EQ(z.offset_at(at), after) << at.time_since_epoch().count();
}

TEST(tzif, has_the_changes_of_the_table_and_of_the_rule_behind_it) {
  const time_zone berlin = zone("Berlin");
  expect_change(berlin, utc(1980, 4, 6, 1h), 1h, 2h);
  expect_change(berlin, utc(2026, 3, 29, 1h), 1h, 2h);
  expect_change(berlin, utc(2026, 10, 25, 1h), 2h, 1h);
  expect_change(berlin, utc(2199, 3, 31, 1h), 1h, 2h);
  const time_zone new_york = zone("New_York");
  expect_change(new_york, utc(2026, 3, 8, 7h), -5h, -4h);
  expect_change(new_york, utc(2150, 11, 1, 6h), -4h, -5h);
  const time_zone lord_howe = zone("Lord_Howe");
  expect_change(lord_howe, utc(2026, 4, 4, 15h), 11h, 10h + 30min);
  expect_change(lord_howe, utc(2026, 10, 3, 15h + 30min), 10h + 30min, 11h);
  expect_change(zone("Apia"), utc(2011, 12, 30, 10h), -10h, 14h); // a day that was left out
  expect_change(zone("Dublin"), utc(2030, 10, 27, 1h), 1h, 0s);   // where winter is the daylight time
  EXPECT_EQ(zone("Kolkata").offset_at(utc(2100, 1, 1)), 5h + 30min);
}

TEST(tzif, is_the_same_with_a_long_table_and_with_a_short_one) {
  EXPECT_EQ(zone("Berlin").offsets, zone("Berlin-fat").offsets);
}

TEST(tzif, its_rule_begins_behind_a_last_change_that_kept_the_offset) {
  const time_zone lisbon =
      zone("Lisbon"); // from 1996-03-31 on it is daylight time where it was standard time, at +01:00
  EXPECT_EQ(lisbon.offset_at(utc(1996, 1, 1)), 1h);
  expect_change(lisbon, utc(1995, 9, 24, 1h), 2h, 1h);
  EXPECT_EQ(lisbon.offset_at(utc(1995, 11, 1)), 1h);
  expect_change(lisbon, utc(1996, 10, 27, 1h), 1h, 0s);
}

TEST(tzif, holds_only_changes_from_1970_to_2199) {
  for (const char* name : {"Berlin", "New_York", "Lord_Howe", "Apia", "Casablanca", "Dublin", "Kolkata"}) {
    const time_zone z = zone(name);
    EXPECT_EQ(z.offsets.front().from, zone_begin);
    for (std::size_t i = 1; i < z.offsets.size(); ++i) {
      EXPECT_GT(z.offsets[i].from, std::max(z.offsets[i - 1].from, utc(1970, 1, 1))) << name;
      EXPECT_NE(z.offsets[i].offset, z.offsets[i - 1].offset) << name;
    }
    EXPECT_LT(z.offsets.back().from, utc(2200, 1, 1)) << name;
  }
}

TEST(tzif, cut_at_any_byte_is_refused) {
  for (const char* name : {"Berlin", "Kolkata"}) {
    const std::string whole = zone_bytes(name);
    ASSERT_FALSE(whole.empty());
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_FALSE(parse_zone(whole.substr(0, size))) << name << " " << size;
  }
}

// With the sanitizers this also shows that nothing is read past the end.
TEST(tzif, with_any_byte_changed_is_read_or_refused) {
  const std::string whole = zone_bytes("Lord_Howe");
  int refused = 0;
  for (std::size_t i = 0; i < whole.size(); ++i)
    for (const char c : {'\0', '\x7F', '\xFF'}) {
      std::string bytes = whole;
      bytes[i] = c;
      const result<time_zone> z = parse_zone(bytes);
      if (z)
        EXPECT_FALSE(z->offsets.empty());
      else
        ++refused;
    }
  EXPECT_GT(refused, 100);
}

TEST(tzif, of_version_1_or_with_leap_seconds_is_refused) {
  std::string bytes = zone_bytes("Berlin");
  bytes[4] = '\0';
  EXPECT_THAT(parse_zone(bytes).error().message, HasSubstr("version"));
  // One type, one leap second.
  const std::string counts("\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1\0\0\0\4", 24);
  const std::string none(24, '\0'), reserved(15, '\0');
  bytes = "TZif2" + reserved + none + "TZif2" + reserved + counts + std::string(6 + 4 + 12, '\0') + "\n\n";
  EXPECT_THAT(parse_zone(bytes).error().message, HasSubstr("leap seconds"));
}

TEST(posix_tz, is_read_with_all_its_forms) {
  const auto berlin = parse_posix_tz("CET-1CEST,M3.5.0,M10.5.0/3");
  ASSERT_TRUE(berlin && berlin->daylight);
  EXPECT_EQ(berlin->standard, 1h);
  EXPECT_EQ(berlin->daylight->offset, 2h);
  EXPECT_EQ(berlin->daylight->begin.time, 2h);
  EXPECT_EQ(berlin->daylight->end.time, 3h);
  EXPECT_EQ(parse_posix_tz("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0")->standard, 10h + 30min);
  EXPECT_EQ(parse_posix_tz("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1")->daylight->begin.time, -2h);
  EXPECT_EQ(parse_posix_tz("UTC0")->daylight, std::nullopt);
  EXPECT_EQ(parse_posix_tz("EST5EDT")->daylight->begin.month, 3u);
  for (const char* bad : {"", "CET", "CE-1", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
                          "CET-1CEST,M3.0.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J9",
                          "CET-1CEST,1,366", "CET-168", "<CET-1", "CET-1 ", "CET-1CEST,M3.5.0,M10.5.0/3,"})
    EXPECT_FALSE(parse_posix_tz(bad)) << bad;
}

time_zone of_rules(const char* text) {
  time_zone out;
  append_rules(out, *parse_posix_tz(text));
  cut_to_range(out);
  return out;
}

TEST(posix_tz, days_may_be_counted_with_and_without_february_29) {
  const time_zone julian = of_rules("AAA0BBB,J60/0,J61/0"), counted = of_rules("AAA0BBB,60/0,61/0");
  expect_change(julian, utc(2023, 3, 1), 0s, 1h);
  expect_change(julian, utc(2024, 3, 1), 0s, 1h);
  expect_change(counted, utc(2023, 3, 2), 0s, 1h);
  expect_change(counted, utc(2024, 3, 1), 0s, 1h);
}

TEST(posix_tz, daylight_time_of_a_whole_year_never_ends) {
  const time_zone z = of_rules("XXX3EDT4,0/0,J365/23"); // the example of RFC 8536, section 3.3.1
  for (int y = 2024; y < 2030; ++y)
    for (const unsigned m : {1u, 2u, 7u, 12u})
      EXPECT_EQ(z.offset_at(utc(y, m, 1)), -4h) << y << "-" << m;
  EXPECT_EQ(z.offset_at(utc(2028, 12, 31, 23h + 30min)), -4h);
}

TEST(posix_tz, knows_the_southern_new_year) {
  const time_zone z = of_rules("AEST-10AEDT,M10.1.0,M4.1.0/3");
  EXPECT_EQ(z.offset_at(utc(1970, 1, 1)), 11h);
  expect_change(z, utc(2026, 4, 4, 16h), 11h, 10h);
  expect_change(z, utc(2026, 10, 3, 16h), 10h, 11h);
}

} // namespace
} // namespace reeve::os::parse
