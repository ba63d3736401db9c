// SPDX-License-Identifier: Apache-2.0
#include "reeve/config/cron_expression.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>

namespace reeve::config {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

std::string text_of(local_seconds at) {
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss<seconds> time(at - day);
  char out[80];
  std::snprintf(out, sizeof out, "%d-%02u-%02u %02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()));
  return out;
}

// The first `n` times from Thursday, 2026-01-01 on.
std::vector<std::string> times(const char* text, int n) {
  const result<cron_expression> cron = cron_expression::parse(text);
  EXPECT_TRUE(cron) << cron.error().message;
  std::vector<std::string> out;
  local_seconds at = local_days(2026y / January / 1);
  for (int i = 0; cron && i < n; ++i) {
    const auto found = cron->next(at, local_days(2100y / January / 1));
    if (!found) break;
    out.push_back(text_of(*found));
    at = *found + 1s;
  }
  return out;
}

std::string problem(const char* text) {
  const result<cron_expression> cron = cron_expression::parse(text);
  return cron ? "none" : cron.error().message;
}

TEST(cron_expression, has_lists_ranges_and_steps) {
  EXPECT_THAT(times("*/20 23 * * *", 4),
              ElementsAre("2026-01-01 23:00", "2026-01-01 23:20", "2026-01-01 23:40", "2026-01-02 23:00"));
  EXPECT_THAT(times("5,1-2,50-59/5 0 1 1 *", 6),
              ElementsAre("2026-01-01 00:01", "2026-01-01 00:02", "2026-01-01 00:05", "2026-01-01 00:50",
                          "2026-01-01 00:55", "2027-01-01 00:01"));
  EXPECT_THAT(times("  0\t9-17/4  1 * * ", 4),
              ElementsAre("2026-01-01 09:00", "2026-01-01 13:00", "2026-01-01 17:00", "2026-02-01 09:00"));
}

TEST(cron_expression, has_names_of_months_and_days) {
  EXPECT_THAT(times("0 0 * feb,DEC mon", 2), ElementsAre("2026-02-02 00:00", "2026-02-09 00:00"));
  EXPECT_THAT(times("0 12 * * fri-sun", 4),
              ElementsAre("2026-01-02 12:00", "2026-01-03 12:00", "2026-01-04 12:00", "2026-01-09 12:00"));
  EXPECT_EQ(times("0 0 * * 0", 3), times("0 0 * * 7", 3));
  EXPECT_EQ(times("0 0 * * 5-7", 5), times("0 0 * * fri,sat,sun", 5));
}

TEST(cron_expression, has_words) {
  EXPECT_THAT(times("@hourly", 2), ElementsAre("2026-01-01 00:00", "2026-01-01 01:00"));
  EXPECT_THAT(times("@daily", 2), ElementsAre("2026-01-01 00:00", "2026-01-02 00:00"));
  EXPECT_THAT(times("@Midnight", 2), ElementsAre("2026-01-01 00:00", "2026-01-02 00:00"));
  EXPECT_THAT(times("@weekly", 2), ElementsAre("2026-01-04 00:00", "2026-01-11 00:00"));
  EXPECT_THAT(times("@monthly", 2), ElementsAre("2026-01-01 00:00", "2026-02-01 00:00"));
  EXPECT_THAT(times("@yearly", 2), ElementsAre("2026-01-01 00:00", "2027-01-01 00:00"));
  EXPECT_THAT(times("@annually", 2), ElementsAre("2026-01-01 00:00", "2027-01-01 00:00"));
}

TEST(cron_expression, a_day_fits_either_field_or_both_when_one_begins_with_a_star) {
  EXPECT_THAT(times("0 0 13 * fri", 4),
              ElementsAre("2026-01-02 00:00", "2026-01-09 00:00", "2026-01-13 00:00", "2026-01-16 00:00"));
  EXPECT_THAT(times("0 0 * * fri", 2), ElementsAre("2026-01-02 00:00", "2026-01-09 00:00"));
  EXPECT_THAT(times("0 0 13 * *", 2), ElementsAre("2026-01-13 00:00", "2026-02-13 00:00"));
  EXPECT_THAT(times("0 0 */2 * fri", 2), ElementsAre("2026-01-09 00:00", "2026-01-23 00:00"));
  EXPECT_THAT(times("0 0 29 2 */7", 2), ElementsAre("2032-02-29 00:00", "2060-02-29 00:00"));
}

TEST(cron_expression, knows_leap_days_and_the_ends_of_months_and_years) {
  EXPECT_THAT(times("0 0 29 2 *", 2), ElementsAre("2028-02-29 00:00", "2032-02-29 00:00"));
  EXPECT_THAT(times("59 23 31 * *", 3),
              ElementsAre("2026-01-31 23:59", "2026-03-31 23:59", "2026-05-31 23:59"));
  EXPECT_THAT(times("* * 31 12 *", 1), ElementsAre("2026-12-31 00:00"));
  const auto leap = cron_expression::parse("0 0 29 2 *");
  EXPECT_EQ(leap->next(local_days(2096y / March / 1), local_days(2200y / January / 1)),
            local_days(2104y / February / 29)); // 2100 has none
}

TEST(cron_expression, from_counts_and_until_does_not) {
  const auto cron = cron_expression::parse("30 2 * * *");
  const local_seconds due = local_days(2026y / May / 5) + 2h + 30min;
  EXPECT_EQ(cron->next(due, due + 1s), due);
  EXPECT_EQ(cron->next(due - 59s, due), std::nullopt);
  EXPECT_EQ(cron->next(due + 1s, due + 48h), due + 24h);
}

TEST(cron_expression, is_an_interval_with_a_star_in_minutes_or_hours) {
  for (const char* text : {"* 2 * * *", "*/5 2 * * *", "0 * * * *", "0 */2 * * *", "@hourly"})
    EXPECT_TRUE(cron_expression::parse(text)->is_interval()) << text;
  for (const char* text : {"0 2 * * *", "0-59 0-23 * * *", "@daily"})
    EXPECT_FALSE(cron_expression::parse(text)->is_interval()) << text;
}

TEST(cron_expression, says_what_is_wrong_and_where) {
  EXPECT_EQ(problem("0 25 * * *"),
            "\"0 25 * * *\" is no schedule: at character 3 the hour is 25, allowed is 0 to 23");
  const std::pair<const char*, const char*> cases[] = {
      {"", "character 1 the minute is missing"},
      {"0 0 * *", "character 8 the day of week is missing"},
      {"0 0 * * * *", "character 11 begins a sixth field"},
      {"0 0 0 * *", "character 5 the day of month is 0, allowed is 1 to 31"},
      {"60 * * * *", "character 1 the minute is 60"},
      {"0 0 * 13 *", "character 7 the month is 13"},
      {"0 0 * * 8", "character 9 the day of week is 8"},
      {"0 0 * * moon", "character 9 stands moon, which is no day of week"},
      {"0 0 * hello *", "character 7 stands hello, which is no month"},
      {"mon * * * *", "character 1 stands mon, which is no minute"},
      {"0 22-2 * * *", "character 3 the range ends before it begins; write 22-23,0-2"},
      {"0 0 * * sat-mon", "character 9 the range ends before it begins; Sunday"},
      {"5/10 * * * *", "character 2 a step stands behind one number"},
      {"*/0 * * * *", "character 3 the step is 0, allowed is 1 to 59"},
      {"*/60 * * * *", "character 3 the step is 60"},
      {"*/ * * * *", "character 3 the number of a step is missing"},
      {"1, * * * *", "character 3 a minute is missing"},
      {"1- * * * *", "character 3 a minute is missing"},
      {"-1 * * * *", "character 1 stands -, which is no minute"},
      {"1.5 * * * *", "character 2 stands ., which fits nothing"},
      {"** * * * *", "character 2 stands *, which fits nothing"},
      {"1-2-3 * * * *", "character 4 stands -"},
      {"99999999999 * * * *", "character 1 the number is too large"},
      {"0 0 ? * *", "character 5 stands ?, which is not known here; write *"},
      {"0 0 L * *", "character 5 stands L, which is not known here"},
      {"0 0 * * 5L", "character 10 stands L, which is not known here"},
      {"0 0 15W * *", "character 7 stands W, which is not known here"},
      {"0 0 LW * *", "character 5 stands LW, which is not known here"},
      {"0 0 * * 5#2", "character 10 stands #, which is not known here"},
      {"H 0 * * *", "character 1 stands H, which is not known here"},
      {"@reboot", "character 1 stands none of @hourly"},
      {"0 0 30 2 *", "never comes"},
      {"0 0 31 4,6,9,11 *", "never comes"},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_THAT(problem(text), HasSubstr(expected)) << text;
}

TEST(cron_expression, a_day_of_week_saves_a_day_that_never_comes) {
  EXPECT_THAT(times("0 0 30 2 mon", 1), ElementsAre("2026-02-02 00:00"));
}

TEST(cron_expression, any_bytes_are_read_or_refused) {
  const std::string alphabet = "0123456789*/,-?LW#@ monjan\t\xFF";
  std::uint32_t state = 1;
  int good = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (int n = 0; n < 9 + i % 7; ++n) {
      state = state * 1664525u + 1013904223u;
      text += n % 2 == 1 ? ' ' : alphabet[(state >> 16) % alphabet.size()];
    }
    good += cron_expression::parse(text) ? 1 : 0;
  }
  EXPECT_GT(good, 0);
}

} // namespace
} // namespace reeve::config
