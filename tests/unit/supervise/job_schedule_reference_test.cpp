// SPDX-License-Identifier: Apache-2.0
// Schedules made by chance against one that looks at every minute.
#include "reeve/base/strings.hpp"
#include "reeve/supervise/job_schedule.hpp"
#include "tests/unit/os/zone_fixture.hpp"
#include "tests/unit/supervise/local_text.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <set>

namespace reeve::supervise {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;
using test::local_text;

struct field {
  std::string text;
  std::set<unsigned> values;
  bool star = false;
};

using chance = std::mt19937;

unsigned pick(chance& c, unsigned min, unsigned max) {
  return min + static_cast<unsigned>(c() % (max - min + 1));
}

field some_field(chance& c, unsigned min, unsigned max, unsigned star_in_ten) {
  field out;
  const auto add = [&](unsigned first, unsigned last, unsigned step) {
    for (unsigned v = first; v <= last; v += step)
      out.values.insert(v);
  };
  if (pick(c, 1, 10) <= star_in_ten) {
    out.star = true;
    const unsigned step = pick(c, 0, 1) ? 1 : pick(c, 1, (max - min) / 2);
    out.text = step == 1 ? "*" : cat("*/", step);
    add(min, max, step);
    return out;
  }
  for (unsigned parts = pick(c, 1, 3); parts > 0; --parts) {
    if (!out.text.empty()) out.text += ',';
    const unsigned first = pick(c, min, max), last = pick(c, first, max);
    switch (pick(c, 0, 2)) {
    case 0:
      out.text += cat(first);
      add(first, first, 1);
      break;
    case 1:
      out.text += cat(first, "-", last);
      add(first, last, 1);
      break;
    default: {
      const unsigned step = pick(c, 1, (max - min) / 2);
      out.text += cat(first, "-", last, "/", step);
      add(first, last, step);
    }
    }
  }
  return out;
}

struct expression {
  field minute, hour, day, month, weekday;

  static expression some(chance& c) {
    // Hours around the changes of the clock are wanted more often.
    field hour = pick(c, 0, 2) ? some_field(c, 0, 3, 2) : some_field(c, 0, 23, 4);
    if (hour.star) hour = some_field(c, 0, 23, 10);
    expression out{some_field(c, 0, 59, 3), hour, some_field(c, 1, 31, 7), some_field(c, 1, 12, 8),
                   some_field(c, 0, 7, 7)};
    if (out.weekday.values.contains(7)) out.weekday.values.insert(0);
    return out;
  }
  std::string text() const {
    return cat(minute.text, " ", hour.text, " ", day.text, " ", month.text, " ", weekday.text);
  }
  bool interval() const { return minute.star || hour.star; }
  bool matches(sys_seconds shown) const { // the clock's time, as if it were UTC
    const auto midnight = floor<days>(shown);
    const year_month_day date(midnight);
    const auto of_day = duration_cast<minutes>(shown - midnight).count();
    const bool by_day = day.values.contains(static_cast<unsigned>(date.day())),
               by_weekday = weekday.values.contains(std::chrono::weekday(midnight).c_encoding());
    return minute.values.contains(static_cast<unsigned>(of_day % 60)) &&
           hour.values.contains(static_cast<unsigned>(of_day / 60)) &&
           month.values.contains(static_cast<unsigned>(date.month())) &&
           (day.star || weekday.star ? by_day && by_weekday : by_day || by_weekday);
  }
};

// All due times after `from` and until `until`, minute by minute. `from` is far from any change of the clock.
std::vector<sys_seconds> due_by_the_minute(const expression& e, const os::time_zone& zone, sys_seconds from,
                                           sys_seconds until) {
  std::vector<sys_seconds> out;
  sys_seconds latest = from + zone.offset_at(from); // that the clock has shown
  for (sys_seconds at = from + 1min; at <= until; at += 1min) {
    const sys_seconds shown = at + zone.offset_at(at);
    bool due = e.interval() && e.matches(shown);
    for (; latest < shown; latest += 1min)
      due = due || (!e.interval() && e.matches(latest + 1min));
    if (due) out.push_back(at);
  }
  return out;
}

TEST(job_schedule_reference, agrees_with_a_look_at_every_minute) {
  chance c(20260329);
  const std::array<const char*, 7> zones{"Berlin",     "New_York", "Lord_Howe", "Apia",
                                         "Casablanca", "Dublin",   "Kolkata"};
  int tried = 0, times = 0;
  while (tried < 2000) {
    const expression e = expression::some(c);
    const result<config::cron_expression> parsed = config::cron_expression::parse(e.text());
    if (!parsed) {
      ASSERT_NE(parsed.error().message.find("never comes"), std::string::npos) << parsed.error().message;
      continue;
    }
    ++tried;
    const std::string name = zones[c() % zones.size()];
    const os::time_zone zone = os::test::zone(name);
    const job_schedule schedule({*parsed}, zone);
    // Three days around a change of the clock, or anywhere, with the turn of the year and the leap day in it at times.
    const auto& change = zone.offsets[c() % zone.offsets.size()];
    const std::array<sys_seconds, 4> middles{
        change.from, change.from, sys_days(year(2020 + static_cast<int>(pick(c, 0, 40))) / January / 1),
        sys_days(2028y / February / 29) + hours(24 * 365 * 4) * pick(c, 0, 5)};
    const sys_seconds middle = floor<minutes>(std::max(middles[c() % 4], sys_seconds(hours(24 * 10))));
    const sys_seconds from = middle - 36h - minutes(pick(c, 0, 600)), until = middle + 36h;
    const std::vector<sys_seconds> expected = due_by_the_minute(e, zone, from, until);
    std::vector<sys_seconds> found;
    for (auto at = schedule.next_after(from); at && *at <= until; at = schedule.next_after(*at))
      found.push_back(*at);
    ASSERT_EQ(found.size(), expected.size())
        << e.text() << " in " << name << " from " << local_text(from, zone);
    for (std::size_t i = 0; i < found.size(); ++i)
      ASSERT_EQ(found[i], expected[i]) << e.text() << " in " << name << ": " << local_text(found[i], zone)
                                       << ", expected " << local_text(expected[i], zone);
    times += static_cast<int>(found.size());
    // From any moment in between.
    for (int i = 0; i < 20; ++i) {
      const sys_seconds at = from + seconds(pick(c, 0, static_cast<unsigned>((until - from).count())));
      const auto next = schedule.next_after(at);
      const auto behind = std::ranges::upper_bound(expected, at);
      if (behind != expected.end())
        ASSERT_EQ(next, *behind) << e.text() << " in " << name << " after " << local_text(at, zone);
      else
        ASSERT_TRUE(!next || *next > until)
            << e.text() << " in " << name << " after " << local_text(at, zone);
    }
  }
  EXPECT_GT(times, 50000);
}

} // namespace
} // namespace reeve::supervise
