// SPDX-License-Identifier: Apache-2.0
#include "rules_support.hpp"

#include <gmock/gmock.h>

#include <set>

namespace reeve::rules {
namespace {

using test::labels;
using test::selected_by;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What a series has, as "TIME=VALUE".
std::vector<std::string> points_of(const series& s, std::int64_t from_ms = 0,
                                   std::int64_t to_ms = 1'000'000'000) {
  std::vector<point> room;
  std::vector<std::string> out;
  for (const point& p : s.between(from_ms, to_ms, room))
    out.push_back(cat(p.time_ms, "=", p.value));
  return out;
}

std::set<std::string> names_of(const series_memory& m, series_memory::selection_id which) {
  std::set<std::string> out;
  for (const series* s : m.selected(which))
    out.insert(s->labels().text());
  return out;
}

TEST(series_memory, keeps_only_what_is_selected) {
  series_memory m;
  const auto web = m.select(selected_by("x{job=\"web\"}"));
  EXPECT_TRUE(m.is_wanted("x"));
  EXPECT_FALSE(m.is_wanted("y"));
  EXPECT_NE(m.find_or_make(labels("x", {{"job", "web"}}), 0), 0u);
  EXPECT_EQ(m.find_or_make(labels("x", {{"job", "db"}}), 0), 0u);
  EXPECT_EQ(m.find_or_make(labels("y", {{"job", "web"}}), 0), 0u);
  EXPECT_EQ(names_of(m, web), std::set<std::string>{"x{job=\"web\"}"});
  m.select(selected_by("{__name__=~\"z.*\"}"));
  EXPECT_TRUE(m.is_wanted("y")) << "a selector without a name may take any";
}

TEST(series_memory, the_same_labels_are_the_same_series) {
  series_memory m;
  m.select(selected_by("x"));
  const auto first = m.find_or_make(labels("x", {{"a", "1"}, {"b", "2"}}), 0);
  EXPECT_EQ(m.find_or_make(labels("x", {{"b", "2"}, {"a", "1"}, {"c", ""}}), 0), first);
  EXPECT_EQ(m.use().series, 1u);
}

TEST(series_memory, samples_that_are_not_later_are_left_out) {
  series_memory m;
  const auto x = m.select(selected_by("x[1h]"));
  const auto n = m.find_or_make(labels("x"), 0);
  for (const std::int64_t at : {100, 200, 200, 150, 300})
    m.append(n, at, 1);
  EXPECT_THAT(points_of(*m.selected(x)[0]), ElementsAre("100=1", "200=1", "300=1"));
  EXPECT_EQ(m.use().late_points_total, 2u);
}

TEST(series_memory, what_no_selection_reaches_is_forgotten_but_for_the_latest) {
  series_memory m;
  const auto x = m.select(selected_by("x[10s]"));
  const auto n = m.find_or_make(labels("x"), 0);
  for (std::int64_t at = 0; at <= 100'000; at += 5000)
    m.append(n, at, 1);
  EXPECT_THAT(points_of(*m.selected(x)[0]), ElementsAre("85000=1", "90000=1", "95000=1", "100000=1"));
  EXPECT_EQ(m.use().points, 4u);
}

TEST(series_memory, alike_selections_are_one_that_reaches_as_far_as_the_furthest) {
  series_memory m;
  const auto near = m.select(selected_by("x{a=\"1\"}[10s]"));
  EXPECT_EQ(m.select(selected_by("x{a=\"1\"}[1m] offset 1m")), near);
  EXPECT_NE(m.select(selected_by("x{a=\"2\"}[1m]")), near);
  const auto n = m.find_or_make(labels("x", {{"a", "1"}}), 0);
  for (std::int64_t at = 0; at <= 600'000; at += 60'000)
    m.append(n, at, 1);
  EXPECT_EQ(points_of(*m.selected(near)[0]).size(), 4u) << "2 min back, both ends, and the one before";
}

TEST(series_memory, a_full_memory_says_so_to_whom_it_concerns) {
  memory_limits limits;
  limits.series = 1;
  series_memory m(limits);
  const auto x = m.select(selected_by("x")), y = m.select(selected_by("y[10s]"));
  EXPECT_NE(m.find_or_make(labels("x"), 1000), 0u);
  EXPECT_EQ(m.find_or_make(labels("y"), 1000), series_memory::no_room);
  EXPECT_FALSE(m.append(series_memory::no_room, 1000, 1));
  EXPECT_TRUE(m.is_whole(x, 1000));
  EXPECT_FALSE(m.is_whole(y, 1000));
  EXPECT_FALSE(m.is_whole(y, 11'000));
  EXPECT_TRUE(m.is_whole(y, 11'001));
  EXPECT_EQ(m.use().refused_total, 1u);
}

TEST(series_memory, points_are_bounded_too) {
  memory_limits limits;
  limits.points = 3;
  series_memory m(limits);
  const auto x = m.select(selected_by("x[1h]"));
  const auto n = m.find_or_make(labels("x"), 0);
  for (std::int64_t at = 1; at <= 5; ++at)
    EXPECT_TRUE(m.append(n, at, 1));
  EXPECT_EQ(m.use().points, 3u);
  EXPECT_EQ(m.use().refused_total, 2u);
  EXPECT_FALSE(m.is_whole(x, 5));
}

TEST(series_memory, what_is_out_of_reach_makes_room_first) {
  memory_limits limits;
  limits.points = 4;
  series_memory m(limits);
  const auto x = m.select(selected_by("x[10s]"));
  const auto n = m.find_or_make(labels("x"), 0);
  for (std::int64_t at = 0; at < 1'000'000; at += 5000)
    m.append(n, at, 1);
  EXPECT_EQ(m.use().refused_total, 0u);
  EXPECT_TRUE(m.is_whole(x, 1'000'000));
}

TEST(series_memory, an_ended_series_has_no_latest_sample_until_the_next) {
  series_memory m;
  const auto x = m.select(selected_by("x[1h]"));
  const auto n = m.find_or_make(labels("x"), 0);
  m.append(n, 1000, 1);
  m.end(n, 2000);
  const series& s = *m.selected(x)[0];
  EXPECT_NE(s.latest(1999), nullptr);
  EXPECT_EQ(s.latest(2000), nullptr);
  m.append(n, 3000, 3);
  ASSERT_NE(s.latest(3000), nullptr);
  EXPECT_THAT(points_of(s), ElementsAre("1000=1", "3000=3"));
}

TEST(series_memory, a_sample_is_there_for_five_minutes) {
  series_memory m;
  const auto x = m.select(selected_by("x"));
  m.append(m.find_or_make(labels("x"), 0), 1000, 1);
  const series& s = *m.selected(x)[0];
  EXPECT_EQ(s.latest(999), nullptr);
  EXPECT_NE(s.latest(301'000), nullptr);
  EXPECT_EQ(s.latest(301'001), nullptr);
}

TEST(series_memory, trimming_forgets_series_without_a_sample_in_reach) {
  series_memory m;
  const auto x = m.select(selected_by("x[10s]"));
  const auto old = m.find_or_make(labels("x", {{"of", "old"}}), 0);
  const auto young = m.find_or_make(labels("x", {{"of", "young"}}), 0);
  m.append(old, 1000, 1);
  m.append(young, 20'000, 1);
  m.trim(11'000);
  EXPECT_EQ(m.use().series, 2u);
  m.trim(20'000);
  EXPECT_EQ(names_of(m, x), std::set<std::string>{"x{of=\"young\"}"});
  EXPECT_EQ(m.use().points, 1u);
  EXPECT_FALSE(m.append(old, 21'000, 1)) << "it is to be found again";
  const auto again = m.find_or_make(labels("x", {{"of", "new"}}), 21'000);
  EXPECT_NE(again, old) << "in the place of the one before, but not that one";
  EXPECT_FALSE(m.append(old, 22'000, 1));
  EXPECT_TRUE(m.append(again, 22'000, 1));
}

TEST(series_memory, selecting_anew_keeps_what_is_selected_again) {
  series_memory m;
  m.select(selected_by("x"));
  m.select(selected_by("y"));
  const auto x = m.find_or_make(labels("x"), 0), y = m.find_or_make(labels("y"), 0);
  m.append(x, 1000, 1);
  m.append(y, 1000, 1);
  m.clear_selections();
  EXPECT_FALSE(m.is_wanted("x"));
  const auto again = m.select(selected_by("x[1h]"));
  m.drop_unselected();
  ASSERT_EQ(m.selected(again).size(), 1u);
  EXPECT_THAT(points_of(*m.selected(again)[0]), ElementsAre("1000=1"));
  EXPECT_TRUE(m.append(x, 2000, 1));
  EXPECT_FALSE(m.append(y, 2000, 1));
  EXPECT_EQ(m.use().series, 1u);
}

TEST(series_memory, counts_its_bytes) {
  series_memory m;
  m.select(selected_by("x[1h]"));
  EXPECT_EQ(m.use().bytes, 0u);
  const auto n = m.find_or_make(labels("x", {{"a", "some value"}}), 0);
  const auto empty = m.use().bytes;
  EXPECT_GT(empty, sizeof(series));
  for (std::int64_t at = 1; at <= 100; ++at)
    m.append(n, at, 1);
  EXPECT_GE(m.use().bytes, empty + 100 * sizeof(point));
}

TEST(series_memory, what_another_selects_is_copied_with_its_history) {
  series_memory from;
  from.select(selected_by("x[1h]"));
  from.select(selected_by("y"));
  const auto a = from.find_or_make(labels("x", {{"a", "1"}}), 0);
  from.append(a, 1'000, 1);
  from.append(a, 2'000, 2);
  from.end(a, 3'000);
  from.append(from.find_or_make(labels("x", {{"a", "2"}}), 0), 2'000, 7);
  from.append(from.find_or_make(labels("y"), 0), 2'000, 8);
  series_memory to;
  const auto x = to.select(selected_by("x{a=\"1\"}[1h]"));
  from.copy_to(to);
  ASSERT_EQ(names_of(to, x), std::set<std::string>{"x{a=\"1\"}"});
  EXPECT_EQ(to.use().series, 1u);
  EXPECT_THAT(points_of(*to.selected(x)[0]), ElementsAre("1000=1", "2000=2"));
  EXPECT_EQ(to.selected(x)[0]->latest(3'000), nullptr) << "its end is copied too";
}

TEST(series_memory, says_whether_all_that_is_selected_is_kept) {
  series_memory m;
  m.select(selected_by("x{a=\"1\"}[10m]"));
  EXPECT_TRUE(m.keeps(selected_by("x{a=\"1\"}[10m]")));
  EXPECT_TRUE(m.keeps(selected_by("x{b=~\".+\",a=\"1\"}[1m]"))) << "it selects fewer";
  EXPECT_FALSE(m.keeps(selected_by("x{a=\"1\"}[11m]"))) << "it reaches further";
  EXPECT_FALSE(m.keeps(selected_by("x[1m]"))) << "it selects more";
  EXPECT_FALSE(m.keeps(selected_by("x{a=~\"1\"}[1m]")));
  EXPECT_FALSE(m.keeps(selected_by("y{a=\"1\"}[1m]")));
  m.select(selected_by("{job=\"web\"}[1m]"));
  EXPECT_TRUE(m.keeps(selected_by("y{job=\"web\"}[1m]"))) << "of any name";
}

} // namespace
} // namespace reeve::rules
