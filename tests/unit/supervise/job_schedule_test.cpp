// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/job_schedule.hpp"

#include "tests/unit/os/zone_fixture.hpp"
#include "tests/unit/supervise/local_text.hpp"

#include <gmock/gmock.h>

namespace reeve::supervise {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;
using os::test::zone;
using test::local_text;
using testing::ElementsAre;

sys_seconds utc(int y, unsigned m, unsigned d, seconds time = 0s) {
  return sys_days(year(y) / month(m) / day(d)) + time;
}

job_schedule schedule(const char* cron, const os::time_zone& z) {
  return {{config::cron_expression::parse(cron).value()}, z};
}

// The first `n` due times after `from`, by the clock of the zone.
std::vector<std::string> due(const char* cron, const char* zone_name, sys_seconds from, int n) {
  const os::time_zone z = zone(zone_name);
  const job_schedule s = schedule(cron, z);
  std::vector<std::string> out;
  for (int i = 0; i < n; ++i) {
    const std::optional<sys_seconds> next = s.next_after(from);
    if (!next) break;
    out.push_back(local_text(*next, z));
    from = *next;
  }
  return out;
}

// Berlin: 2026-03-29 from 02:00 +01:00 to 03:00, 2026-10-25 from 03:00 +02:00 to 02:00.
TEST(job_schedule, a_time_of_the_day_that_is_left_out_is_due_right_behind_the_gap) {
  EXPECT_THAT(due("30 2 * * *", "Berlin", utc(2026, 3, 28), 3),
              ElementsAre("2026-03-28 02:30+01:00", "2026-03-29 03:00+02:00", "2026-03-30 02:30+02:00"));
  EXPECT_THAT(due("0,30 1-3 29 3 *", "Berlin", utc(2026, 3, 28), 4), // 02:00, 02:30 and 03:00 are one
              ElementsAre("2026-03-29 01:00+01:00", "2026-03-29 01:30+01:00", "2026-03-29 03:00+02:00",
                          "2026-03-29 03:30+02:00"));
  EXPECT_THAT(due("30 2 * * *", "New_York", utc(2026, 3, 7, 12h), 2),
              ElementsAre("2026-03-08 03:00-04:00", "2026-03-09 02:30-04:00"));
  EXPECT_THAT(due("15 2 * * *", "Lord_Howe", utc(2026, 10, 2, 18h), 2),
              ElementsAre("2026-10-04 02:30+11:00", "2026-10-05 02:15+11:00"));
}

TEST(job_schedule, a_time_of_the_day_that_comes_twice_is_due_the_first_time) {
  EXPECT_THAT(due("30 2 * * *", "Berlin", utc(2026, 10, 24, 12h), 2),
              ElementsAre("2026-10-25 02:30+02:00", "2026-10-26 02:30+01:00"));
  EXPECT_THAT(due("30 1 * * *", "New_York", utc(2026, 10, 31, 12h), 2),
              ElementsAre("2026-11-01 01:30-04:00", "2026-11-02 01:30-05:00"));
  EXPECT_THAT(due("45 1 * * *", "Lord_Howe", utc(2026, 4, 4), 2),
              ElementsAre("2026-04-05 01:45+11:00", "2026-04-06 01:45+10:30"));
  // Asked between the two, and while the clock shows again what it has shown.
  EXPECT_THAT(due("30 2 * * *", "Berlin", utc(2026, 10, 25, 0h + 45min), 1),
              ElementsAre("2026-10-26 02:30+01:00"));
  EXPECT_THAT(due("30 2 * * *", "Berlin", utc(2026, 10, 25, 1h + 15min), 1),
              ElementsAre("2026-10-26 02:30+01:00"));
  EXPECT_THAT(due("0 3 * * *", "Berlin", utc(2026, 10, 25, 1h + 15min), 1),
              ElementsAre("2026-10-25 03:00+01:00"));
}

TEST(job_schedule, an_interval_follows_the_clock_as_it_goes) {
  EXPECT_THAT(due("0 * * * *", "Berlin", utc(2026, 3, 29, 0h - 1s), 3),
              ElementsAre("2026-03-29 01:00+01:00", "2026-03-29 03:00+02:00", "2026-03-29 04:00+02:00"));
  EXPECT_THAT(due("0 * * * *", "Berlin", utc(2026, 10, 24, 23h), 4),
              ElementsAre("2026-10-25 02:00+02:00", "2026-10-25 02:00+01:00", "2026-10-25 03:00+01:00",
                          "2026-10-25 04:00+01:00"));
  EXPECT_THAT(due("*/30 1 * * *", "New_York", utc(2026, 10, 31, 12h), 5),
              ElementsAre("2026-11-01 01:00-04:00", "2026-11-01 01:30-04:00", "2026-11-01 01:00-05:00",
                          "2026-11-01 01:30-05:00", "2026-11-02 01:00-05:00"));
  EXPECT_THAT(due("*/30 2 * * *", "Berlin", utc(2026, 3, 28, 12h), 1), ElementsAre("2026-03-30 02:00+02:00"));
  EXPECT_THAT(due("*/15 * * * *", "Lord_Howe", utc(2026, 4, 4, 14h + 30min), 5),
              ElementsAre("2026-04-05 01:45+11:00", "2026-04-05 01:30+10:30", "2026-04-05 01:45+10:30",
                          "2026-04-05 02:00+10:30", "2026-04-05 02:15+10:30"));
}

TEST(job_schedule, a_day_that_is_left_out_is_made_up_for_at_its_end) {
  EXPECT_THAT(due("0 12 * * *", "Apia", utc(2011, 12, 28, 23h), 3), // there was no 2011-12-30
              ElementsAre("2011-12-29 12:00-10:00", "2011-12-31 00:00+14:00", "2011-12-31 12:00+14:00"));
}

TEST(job_schedule, goes_over_the_ends_of_years_and_leap_days) {
  EXPECT_THAT(due("59 23 31 12 *", "Berlin", utc(2026, 6, 1), 2),
              ElementsAre("2026-12-31 23:59+01:00", "2027-12-31 23:59+01:00"));
  EXPECT_THAT(due("0 0 1 1 *", "New_York", utc(2027, 1, 1), 1), ElementsAre("2027-01-01 00:00-05:00"));
  EXPECT_THAT(due("0 12 29 2 *", "Lord_Howe", utc(2026, 1, 1), 2),
              ElementsAre("2028-02-29 12:00+11:00", "2032-02-29 12:00+11:00"));
  EXPECT_THAT(due("0 12 29 2 *", "Kolkata", utc(2096, 3, 1), 1), ElementsAre("2104-02-29 12:00+05:30"));
}

TEST(job_schedule, is_never_due_at_the_moment_it_is_asked_after) {
  const job_schedule s = schedule("0 12 * * *", zone("Kolkata"));
  const sys_seconds noon = utc(2026, 5, 5, 6h + 30min);
  EXPECT_EQ(s.next_after(noon - 1s), noon);
  EXPECT_EQ(s.next_after(noon), noon + 24h);
}

TEST(job_schedule, ends_with_the_year_2199) {
  for (const char* cron : {"0 12 * * *", "0 * * * *"}) {
    const job_schedule s = schedule(cron, zone("Berlin"));
    EXPECT_EQ(s.next_after(utc(2199, 12, 31, 23h)), std::nullopt) << cron;
    EXPECT_EQ(s.next_after(utc(2300, 1, 1)), std::nullopt) << cron;
    EXPECT_EQ(s.next_after(utc(2199, 12, 31, 0h)), utc(2199, 12, 31, cron[2] == '1' ? 11h : 1h)) << cron;
  }
}

TEST(job_schedule, of_several_times_the_first_is_next) {
  const auto all = config::cron_expression::weekday_set().set();
  const job_schedule s({config::cron_expression::at(18h, all), config::cron_expression::at(6h + 15min, all)},
                       zone("Kolkata"));
  EXPECT_EQ(s.next_after(utc(2026, 5, 5, 0h)), utc(2026, 5, 5, 0h + 45min));
  EXPECT_EQ(s.next_after(utc(2026, 5, 5, 0h + 45min)), utc(2026, 5, 5, 12h + 30min));
}

} // namespace
} // namespace reeve::supervise
