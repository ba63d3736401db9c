// SPDX-License-Identifier: Apache-2.0
#include "parse/windows_time_zone.hpp"
#include "tests/unit/os/zone_fixture.hpp"

#include <vector>

namespace reeve::os::parse {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

sys_seconds utc(int y, unsigned m, unsigned d, seconds time = 0s) {
  return sys_days(year(y) / month(m) / day(d)) + time;
}

windows_date nth_weekday(std::uint16_t month, std::uint16_t weekday, std::uint16_t which,
                         std::uint16_t hour) {
  return {0, month, weekday, which, hour, 0, 0, 0};
}

std::vector<windows_zone_year> same_rules(int first, int end, windows_zone_year rules) {
  std::vector<windows_zone_year> out;
  for (rules.year = first; rules.year < end; ++rules.year)
    out.push_back(rules);
  return out;
}

TEST(windows_time_zone, agrees_with_the_time_zone_database) {
  const windows_zone_year central_europe{0, -60, 0, -60, nth_weekday(10, 0, 5, 3), nth_weekday(3, 0, 5, 2)},
      lord_howe{0, -630, 0, -30, nth_weekday(4, 0, 1, 2), nth_weekday(10, 0, 1, 2)};
  for (const auto& [rules, name] : {std::pair(central_europe, "Berlin"), std::pair(lord_howe, "Lord_Howe")}) {
    const time_zone windows = zone_of_windows_years(same_rules(2009, 2200, rules)), file = test::zone(name);
    for (sys_seconds at = utc(2009, 1, 1); at < utc(2199, 12, 31); at += 12h + 17min)
      ASSERT_EQ(windows.offset_at(at), file.offset_at(at)) << name << " " << at.time_since_epoch().count();
    EXPECT_EQ(windows.offsets.back(), file.offsets.back());
  }
}

TEST(windows_time_zone, without_changes_has_one_offset) {
  const time_zone z = zone_of_windows_years(same_rules(2000, 2010, {0, 300, 0, -60, {}, {}}));
  EXPECT_EQ(z.offsets, (std::vector<zone_offset>{{zone_begin, -5h}}));
}

// "TIME_ZONE_INFORMATION structure": without its date a bias is ignored, and one date alone is no change.
TEST(windows_time_zone, without_dates_the_bias_of_standard_time_is_ignored) {
  const windows_date none, october = nth_weekday(10, 0, 5, 3);
  for (const auto& [standard, daylight] :
       {std::pair(none, none), std::pair(october, none), std::pair(none, october)}) {
    const time_zone z = zone_of_windows_years(same_rules(2000, 2010, {0, 300, 30, -60, standard, daylight}));
    EXPECT_EQ(z.offsets, (std::vector<zone_offset>{{zone_begin, -5h}}));
  }
}

TEST(windows_time_zone, another_offset_from_a_new_year_on_begins_at_its_first_moment) {
  const time_zone z = zone_of_windows_years(std::vector<windows_zone_year>{
      {2010, -180, 0, -60, {}, {}}, {2011, -240, 0, -60, {}, {}}, {2012, -240, 0, -60, {}, {}}});
  EXPECT_EQ(z.offsets, (std::vector<zone_offset>{{zone_begin, 3h}, {utc(2010, 12, 31, 21h), 4h}}));
}

TEST(windows_time_zone, takes_the_last_millisecond_of_a_day_for_midnight) {
  windows_date end = nth_weekday(10, 6, 5, 23);
  end.minute = end.second = 59;
  end.milliseconds = 999;
  const time_zone z =
      zone_of_windows_years(same_rules(2020, 2022, {0, 0, 0, -60, end, nth_weekday(3, 0, 5, 0)}));
  EXPECT_EQ(z.offset_at(utc(2020, 10, 31, 22h + 59min + 59s)), 1h);
  EXPECT_EQ(z.offset_at(utc(2020, 10, 31, 23h)), 0s);
}

TEST(windows_time_zone, a_date_with_a_year_holds_in_that_year_only) {
  const time_zone z = zone_of_windows_years(
      same_rules(2020, 2023, {0, 0, 0, -60, {2021, 10, 0, 31, 3, 0, 0, 0}, {2021, 3, 0, 31, 2, 0, 0, 0}}));
  EXPECT_EQ(z.offsets, (std::vector<zone_offset>{
                           {zone_begin, 0s}, {utc(2021, 3, 31, 2h), 1h}, {utc(2021, 10, 31, 2h), 0s}}));
}

} // namespace
} // namespace reeve::os::parse
