// SPDX-License-Identifier: Apache-2.0
#include "reeve/rules/snapshot_feed.hpp"

#include "rules_support.hpp"
#include "tests/unit/store/store_support.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

namespace reeve::rules {
namespace {

using test::selected_by;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class feed : public testing::Test {
 protected:
  store::snapshot_ptr commit(store::batch& b) {
    ++seconds_;
    return b.commit(nanoseconds{0}, std::chrono::seconds(seconds_), static_cast<std::uint64_t>(seconds_));
  }
  void take(store::batch& b) { take({{"p", commit(b)}}); }
  void take(const std::vector<store::board::entry>& sources) { feed_.take(sources, seconds_ * 1000); }

  // The latest of each that `selector` takes, as "LABELS VALUE".
  std::vector<std::string> seen(std::string_view selector) {
    std::vector<std::string> out;
    for (const series* s : memory_.selected(memory_.select(selected_by(selector))))
      if (const point* p = s->latest(seconds_ * 1000)) out.push_back(cat(s->labels().text(), " ", p->value));
    std::ranges::sort(out);
    return out;
  }

  series_memory memory_;
  snapshot_feed feed_{memory_};
  store::batch batch_{store::batch_limits{}};
  std::int64_t seconds_ = 1'700'000'000;
};

store::family_spec of_kind(store::metric_kind kind, std::string name, std::vector<std::string> keys = {}) {
  store::family_spec out = store::gauge(std::move(name), std::move(keys));
  out.kind = kind;
  return out;
}

TEST_F(feed, names_are_those_of_the_exposition) {
  memory_.select(selected_by("{__name__!=\"\"}"));
  const auto g = *batch_.family(store::gauge("g", {"of"}));
  const auto c = *batch_.family(of_kind(store::metric_kind::counter, "c"));
  const auto i = *batch_.family(of_kind(store::metric_kind::info, "i", {"version"}));
  const auto h = *batch_.family(store::histogram("h", {0.5, 1}, {"of"}));
  batch_.begin();
  ASSERT_TRUE(batch_.add(g, store::values({"a \"b\" \\ \n"}), 1.5));
  ASSERT_TRUE(batch_.add(c, {}, 7));
  ASSERT_TRUE(batch_.add(i, store::values({"1.2"}), 99));
  ASSERT_TRUE(batch_.add_histogram(h, store::values({"x"}), 4.5, 6, std::vector<std::uint64_t>{1, 2, 3}));
  take(batch_);
  EXPECT_THAT(seen("{__name__!=\"\"}"),
              ElementsAre("c_total 7", "g{of=\"a \\\"b\\\" \\\\ \\n\"} 1.5",
                          "h_bucket{le=\"+Inf\", of=\"x\"} 6", "h_bucket{le=\"0.5\", of=\"x\"} 1",
                          "h_bucket{le=\"1.0\", of=\"x\"} 3", "h_count{of=\"x\"} 6", "h_sum{of=\"x\"} 4.5",
                          "i_info{version=\"1.2\"} 1"));
}

TEST_F(feed, only_what_is_selected_is_kept) {
  memory_.select(selected_by("h_sum"));
  const auto g = *batch_.family(store::gauge("g"));
  const auto h = *batch_.family(store::histogram("h", {1}));
  batch_.begin();
  ASSERT_TRUE(batch_.add(g, {}, 1));
  ASSERT_TRUE(batch_.add_histogram(h, {}, 4.5, 3, std::vector<std::uint64_t>{1, 2}));
  take(batch_);
  EXPECT_EQ(memory_.use().series, 1u);
  EXPECT_THAT(seen("h_sum"), ElementsAre("h_sum 4.5"));
}

TEST_F(feed, samples_have_the_time_of_their_snapshot) {
  const auto x = memory_.select(selected_by("x[1h]"));
  const auto f = *batch_.family(store::gauge("x"));
  for (const double value : {1.0, 2.0, 3.0}) {
    batch_.begin();
    ASSERT_TRUE(batch_.add(f, {}, value));
    take(batch_);
  }
  std::vector<point> room;
  const auto points = memory_.selected(x)[0]->between(0, seconds_ * 1000, room);
  ASSERT_EQ(points.size(), 3u);
  EXPECT_EQ(points[0].time_ms, (seconds_ - 2) * 1000);
  EXPECT_EQ(points[2].time_ms, seconds_ * 1000);
  EXPECT_EQ(points[2].value, 3);
}

TEST_F(feed, a_snapshot_is_taken_once) {
  memory_.select(selected_by("x"));
  const auto f = *batch_.family(store::gauge("x"));
  batch_.begin();
  ASSERT_TRUE(batch_.add(f, {}, 1));
  const auto snapshot = commit(batch_);
  take({{"p", snapshot}});
  take({{"p", snapshot}});
  EXPECT_EQ(memory_.use().points, 1u);
  EXPECT_EQ(memory_.use().late_points_total, 0u);
}

// Series come and go at random; the feed must show what each snapshot shows, whatever became of the layout.
TEST_F(feed, follows_series_that_come_and_go) {
  memory_.select(selected_by("{__name__=~\"x|y_total\"}"));
  const auto x = *batch_.family(store::gauge("x", {"of"}));
  const auto y = *batch_.family(of_kind(store::metric_kind::counter, "y", {"of"}));
  const auto h = *batch_.family(store::histogram("h", {1}, {"of"}));
  memory_.select(selected_by("h_count"));
  unsigned random = 7;
  const auto below = [&](unsigned bound) {
    return (random = random * 1664525u + 1013904223u) / 65536u % bound;
  };
  for (int cycle = 0; cycle < 300; ++cycle) {
    batch_.begin();
    std::vector<std::string> shown, histograms;
    const unsigned kept = below(4); // at times hardly any stays, at times nearly all
    for (int i = 0; i < 60; ++i) {
      const std::string of = cat("n", i);
      if (below(4) <= kept) {
        ASSERT_TRUE(batch_.add(x, store::values({of}), cycle + i));
        shown.push_back(cat("x{of=\"", of, "\"} ", double(cycle + i)));
      }
      if (below(4) <= kept && cycle % 7 != 0) {
        ASSERT_TRUE(batch_.add(y, store::values({of}), i));
        shown.push_back(cat("y_total{of=\"", of, "\"} ", double(i)));
      }
      if (below(4) <= kept) {
        ASSERT_TRUE(batch_.add_histogram(h, store::values({of}), 1, 2, std::vector<std::uint64_t>{1, 1}));
        histograms.push_back(cat("h_count{of=\"", of, "\"} 2"));
      }
    }
    take(batch_);
    std::ranges::sort(shown);
    std::ranges::sort(histograms);
    ASSERT_EQ(seen("{__name__=~\"x|y_total\"}"), shown) << cycle;
    ASSERT_EQ(seen("h_count"), histograms) << cycle;
    if (cycle % 50 == 0) memory_.trim(seconds_ * 1000);
  }
  EXPECT_EQ(memory_.use().late_points_total, 0u);
}

TEST_F(feed, what_a_retired_source_had_ends) {
  memory_.select(selected_by("x"));
  memory_.select(selected_by("h_count"));
  const auto f = *batch_.family(store::gauge("x"));
  const auto h = *batch_.family(store::histogram("h", {1}));
  batch_.begin();
  ASSERT_TRUE(batch_.add(f, {}, 1));
  ASSERT_TRUE(batch_.add_histogram(h, {}, 1, 2, std::vector<std::uint64_t>{1, 1}));
  take(batch_);
  ++seconds_;
  take(std::vector<store::board::entry>{});
  EXPECT_THAT(seen("x"), IsEmpty());
  EXPECT_THAT(seen("h_count"), IsEmpty());
  batch_.begin();
  ASSERT_TRUE(batch_.add(f, {}, 2));
  take(batch_);
  EXPECT_THAT(seen("x"), ElementsAre("x 2"));
}

TEST_F(feed, sources_are_apart) {
  memory_.select(selected_by("x"));
  store::batch other{store::batch_limits{}};
  const auto f = *batch_.family(store::gauge("x", {"of"}));
  const auto g = *other.family(store::gauge("x", {"of"}));
  batch_.begin();
  ASSERT_TRUE(batch_.add(f, store::values({"a"}), 1));
  other.begin();
  ASSERT_TRUE(other.add(g, store::values({"b"}), 2));
  const auto a = commit(batch_), b = commit(other);
  take({{"p", a}, {"q", b}, {"r", nullptr}});
  EXPECT_THAT(seen("x"), ElementsAre("x{of=\"a\"} 1", "x{of=\"b\"} 2"));
  ++seconds_;
  take({{"q", b}});
  EXPECT_THAT(seen("x"), ElementsAre("x{of=\"b\"} 2"));
}

TEST_F(feed, other_selections_take_from_the_next_snapshot_on) {
  memory_.select(selected_by("x"));
  const auto x = *batch_.family(store::gauge("x"));
  const auto y = *batch_.family(store::gauge("y", {"of"}));
  const auto write = [&](double value) {
    batch_.begin();
    ASSERT_TRUE(batch_.add(x, {}, value));
    ASSERT_TRUE(batch_.add(y, store::values({"a"}), value));
  };
  write(1);
  const auto first = commit(batch_);
  take({{"p", first}});
  memory_.clear_selections();
  memory_.select(selected_by("y"));
  memory_.drop_unselected();
  feed_.selections_changed();
  take({{"p", first}});
  EXPECT_THAT(seen("y"), IsEmpty());
  write(2);
  take(batch_);
  EXPECT_THAT(seen("y"), ElementsAre("y{of=\"a\"} 2"));
  memory_.clear_selections();
  memory_.select(selected_by("y"));
  memory_.select(selected_by("x"));
  feed_.selections_changed();
  batch_.begin();
  ASSERT_TRUE(batch_.add(x, {}, 3));
  take(batch_);
  EXPECT_THAT(seen("x"), ElementsAre("x 3"));
  EXPECT_THAT(seen("y"), IsEmpty()) << "it ended with the snapshot that brought other selections in";
}

TEST_F(feed, a_forgotten_series_is_found_again) {
  memory_.select(selected_by("x"));
  const auto f = *batch_.family(store::gauge("x"));
  const auto id = *batch_.series(f, {});
  const auto write = [&] {
    batch_.begin();
    ASSERT_TRUE(batch_.set(id, 1));
    take(batch_);
  };
  write();
  memory_.trim((seconds_ + 3600) * 1000);
  EXPECT_EQ(memory_.use().series, 0u);
  write();
  EXPECT_THAT(seen("x"), ElementsAre("x 1"));
}

TEST_F(feed, what_finds_no_room_is_lacking_until_there_is) {
  memory_limits limits;
  limits.series = 1;
  series_memory memory(limits);
  snapshot_feed fed(memory);
  const auto x = memory.select(selected_by("x[10s]"));
  const auto f = *batch_.family(store::gauge("x", {"of"}));
  const auto a = *batch_.series(f, store::values({"a"})), b = *batch_.series(f, store::values({"b"}));
  for (int i = 0; i < 30; ++i) {
    batch_.begin();
    ASSERT_TRUE(batch_.set(a, 1));
    ASSERT_TRUE(batch_.set(b, 1));
    fed.take(std::vector<store::board::entry>{{"p", commit(batch_)}}, 0);
    ASSERT_FALSE(memory.is_whole(x, seconds_ * 1000)) << i;
  }
}

TEST_F(feed, no_value_is_taken_for_a_mark_of_staleness) {
  const auto x = memory_.select(selected_by("x"));
  const auto f = *batch_.family(store::gauge("x"));
  batch_.begin();
  ASSERT_TRUE(batch_.add(f, {}, stale_mark()));
  take(batch_);
  const point* p = memory_.selected(x)[0]->latest(seconds_ * 1000);
  ASSERT_NE(p, nullptr);
  EXPECT_TRUE(std::isnan(p->value));
}

} // namespace
} // namespace reeve::rules
