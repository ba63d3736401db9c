// SPDX-License-Identifier: Apache-2.0
// Maintenance windows, silences, and labels put into texts.
#include "reeve/remedy/maintenance.hpp"
#include "reeve/remedy/silences.hpp"
#include "reeve/remedy/target.hpp"

#include <gmock/gmock.h>

namespace reeve::remedy {
namespace {

using namespace std::chrono_literals;

constexpr nanoseconds wednesday = 20775 * 24h; // 2026-11-18T00:00Z

maintenance_window nights(std::chrono::seconds offset = 0s) {
  maintenance_window out;
  out.settings.days = 1u << 3; // Wednesday
  out.settings.from = 22h;
  out.settings.to = 6h;
  out.zone.offsets = {{os::zone_begin, offset}};
  return out;
}

TEST(maintenance, over_midnight_belongs_to_the_day_on_which_it_begins) {
  const maintenance_window w = nights();
  EXPECT_FALSE(w.is_within(wednesday + 3h));
  EXPECT_FALSE(w.is_within(wednesday + 22h - 1s));
  EXPECT_TRUE(w.is_within(wednesday + 22h));
  EXPECT_TRUE(w.is_within(wednesday + 24h + 6h - 1s));
  EXPECT_FALSE(w.is_within(wednesday + 24h + 6h));
  EXPECT_FALSE(w.is_within(wednesday + 24h + 22h));
}

TEST(maintenance, within_a_day) {
  maintenance_window w = nights();
  w.settings.from = 1h;
  w.settings.to = 2h;
  EXPECT_TRUE(w.is_within(wednesday + 90min));
  EXPECT_FALSE(w.is_within(wednesday + 2h));
  EXPECT_FALSE(w.is_within(wednesday - 24h + 90min));
}

TEST(maintenance, with_one_time_for_both_is_a_whole_day) {
  maintenance_window w = nights();
  w.settings.from = w.settings.to = 0min;
  EXPECT_FALSE(w.is_within(wednesday - 1s));
  EXPECT_TRUE(w.is_within(wednesday));
  EXPECT_TRUE(w.is_within(wednesday + 24h - 1s));
  EXPECT_FALSE(w.is_within(wednesday + 24h));
}

TEST(maintenance, goes_by_the_clock_of_its_zone) {
  EXPECT_TRUE(nights(2h).is_within(wednesday + 20h));
  EXPECT_FALSE(nights(2h).is_within(wednesday + 24h + 5h));
}

TEST(maintenance, covers_the_rules_that_it_names_or_all) {
  maintenance_window w = nights();
  EXPECT_TRUE(w.covers("leak"));
  w.settings.rules = {"hang"};
  EXPECT_FALSE(w.covers("leak"));
  EXPECT_TRUE(w.covers("hang"));
}

silence silence_of(std::string_view matcher, nanoseconds until) {
  silence s;
  s.matchers = {matcher_from(matcher).value()};
  s.until = until;
  s.by = "anna";
  s.comment = "upgrade";
  return s;
}

TEST(silences, cover_what_they_match_until_they_are_over) {
  silence_list list;
  EXPECT_EQ(list.add(silence_of("rule=leak", 100s), 50s).value(), 1u);
  EXPECT_EQ(list.add(silence_of("group!=\"web\"", 100s), 50s).value(), 2u);
  const auto id = [&](std::string_view rule, const rules::label_list& labels, nanoseconds now) {
    const silence* s = list.covering(rule, labels, now);
    return s ? s->id : 0;
  };
  EXPECT_EQ(id("leak", {{"group", "web"}}, 60s), 1u);
  EXPECT_EQ(id("hang", {{"group", "web"}}, 60s), 0u);
  EXPECT_EQ(id("hang", {{"group", "db"}}, 60s), 2u);
  EXPECT_EQ(id("hang", {}, 60s), 2u);
  EXPECT_EQ(id("leak", {{"group", "web"}}, 100s), 0u);
  EXPECT_TRUE(list.remove(2));
  EXPECT_FALSE(list.remove(2));
  EXPECT_EQ(id("hang", {}, 60s), 0u);
  list.expire(100s);
  EXPECT_TRUE(list.all().empty());
}

TEST(silences, that_say_nothing_or_are_over_are_refused) {
  silence_list list;
  silence s;
  s.until = 100s;
  EXPECT_EQ(list.add(s, 50s).error().code, errc::invalid_argument);
  EXPECT_EQ(list.add(silence_of("rule=leak", 50s), 50s).error().code, errc::invalid_argument);
  for (std::size_t i = 0; i < silence_list::most; ++i)
    ASSERT_TRUE(list.add(silence_of("rule=leak", 100s), 50s));
  EXPECT_EQ(list.add(silence_of("rule=leak", 100s), 50s).error().code, errc::limit);
}

TEST(matchers, are_read_as_they_are_written) {
  for (const char* text : {"rule=\"leak\"", "group!=\"a=b\""})
    EXPECT_EQ(to_text(matcher_from(text).value()), text);
  for (const char* text : {"", "=x", "leak", "a=~\"x\"", "a~=x"})
    EXPECT_FALSE(matcher_from(text)) << text;
}

TEST(expand, puts_labels_in_as_they_are) {
  const rules::label_list labels{{"name", "a b; {rm} $(x)"}, {"pid", "12"}};
  EXPECT_EQ(expand("process:{name}", labels).value(), "process:a b; {rm} $(x)");
  EXPECT_EQ(expand("{pid}{pid}", labels).value(), "1212");
  EXPECT_EQ(expand("{ } {} {1} { pid } {pid", labels).value(), "{ } {} {1} { pid } {pid");
  const auto missing = expand("process:{group}", labels);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, "the alert has no label \"group\"");
}

} // namespace
} // namespace reeve::remedy
