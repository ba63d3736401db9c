// SPDX-License-Identifier: Apache-2.0
#include "store_support.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace reeve::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

batch_limits with_series(std::uint32_t max) {
  batch_limits limits;
  limits.max_series = max;
  return limits;
}

TEST(batch, publishes_what_the_cycle_wrote) {
  batch b{batch_limits{}};
  const family_id threads = *b.family(gauge("threads", {"pid", "name"}));
  const family_id up = *b.family(gauge("up"));
  const series_id one = *b.series(threads, values({"1", "init"}));
  const series_id two = *b.series(threads, values({"2", "sh"}));
  const series_id alone = *b.series(up, {});
  EXPECT_EQ(b.live_series(), 3u);

  b.begin();
  EXPECT_TRUE(b.set(two, 5));
  EXPECT_TRUE(b.set(alone, 1));
  EXPECT_TRUE(b.set(two, 6));
  const auto first = b.commit(nanoseconds{10}, nanoseconds{20}, 30);
  EXPECT_THAT(samples_of(*first),
              UnorderedElementsAre(Pair("threads{pid=\"2\",name=\"sh\"}", 6), Pair("up{}", 1)));
  EXPECT_EQ(first->mono_time, nanoseconds{10});
  EXPECT_EQ(first->unix_time, nanoseconds{20});
  EXPECT_EQ(first->cycle, 30u);
  EXPECT_EQ(b.counters().samples_total, 2u);

  b.begin();
  EXPECT_TRUE(b.set(one, 7));
  const auto second = commit(b);
  EXPECT_THAT(samples_of(*second), ElementsAre(Pair("threads{pid=\"1\",name=\"init\"}", 7)));
  EXPECT_EQ(first->values.size(), 2u) << "what was published stays as it was";
  EXPECT_EQ(b.live_series(), 3u);
}

TEST(batch, keeps_the_layout_while_the_same_series_are_written) {
  batch b{batch_limits{}};
  const family_id f = *b.family(gauge("f", {"k"}));
  const series_id one = *b.series(f, values({"1"}));
  const series_id two = *b.series(f, values({"2"}));
  const auto write = [&](double value) {
    b.begin();
    b.set(two, value);
    b.add(f, values({"t"}), value).value();
    b.set(one, -value);
    return commit(b);
  };
  const auto first = write(1);
  const auto second = write(2);
  EXPECT_EQ(first->series, second->series);
  EXPECT_THAT(samples_of(*second),
              ElementsAre(Pair("f{k=\"1\"}", -2), Pair("f{k=\"2\"}", 2), Pair("f{k=\"t\"}", 2)));

  b.begin();
  b.set(one, 3);
  const auto fewer = commit(b);
  EXPECT_NE(fewer->series, first->series);
  EXPECT_THAT(samples_of(*fewer), ElementsAre(Pair("f{k=\"1\"}", 3)));
}

// Equally many series, but not the same ones.
TEST(batch, notices_exchanged_series) {
  batch b{batch_limits{}};
  const family_id f = *b.family(gauge("f", {"k"}));
  const series_id one = *b.series(f, values({"1"}));
  const series_id two = *b.series(f, values({"2"}));
  b.set(one, 1);
  const auto first = commit(b);
  b.begin();
  b.set(two, 2);
  EXPECT_THAT(samples_of(*commit(b)), ElementsAre(Pair("f{k=\"2\"}", 2)));

  b.begin();
  b.drop(two);
  const series_id reuses_the_slot = *b.series(f, values({"3"}));
  b.set(reuses_the_slot, 3);
  EXPECT_THAT(samples_of(*commit(b)), ElementsAre(Pair("f{k=\"3\"}", 3)));
  EXPECT_THAT(samples_of(*first), ElementsAre(Pair("f{k=\"1\"}", 1)));
}

TEST(batch, refuses_handles_of_dropped_series) {
  batch b{batch_limits{}};
  const family_id f = *b.family(gauge("f", {"k"}));
  const series_id old = *b.series(f, values({"1"}));
  EXPECT_NE(old, 0u);
  b.begin();
  EXPECT_TRUE(b.set(old, 1));
  b.drop(old);
  b.drop(old);
  EXPECT_EQ(b.live_series(), 0u);
  EXPECT_FALSE(b.set(old, 2));
  const series_id again = *b.series(f, values({"1"}));
  EXPECT_NE(again, old);
  EXPECT_FALSE(b.set(old, 2));
  b.drop(old);
  EXPECT_TRUE(b.set(again, 3));
  EXPECT_THAT(samples_of(*commit(b)), ElementsAre(Pair("f{k=\"1\"}", 3)));
}

TEST(batch, refuses_invented_handles) {
  batch b{batch_limits{}};
  const family_id f = *b.family(gauge("f", {"k"}));
  const series_id real = *b.series(f, values({"1"}));
  b.drop(*b.series(f, values({"2"})));
  for (std::uint64_t generation = 0; generation < 6; ++generation)
    for (std::uint64_t slot = 0; slot < 6; ++slot)
      if (const series_id id = generation << 32 | slot; id != real) {
        EXPECT_FALSE(b.set(id, 1)) << id;
        b.drop(id);
      }
  EXPECT_FALSE(b.set(~std::uint64_t{0}, 1));
  EXPECT_EQ(b.live_series(), 1u);
  EXPECT_THAT(samples_of(*commit(b)), IsEmpty());
}

TEST(batch, forgets_a_discarded_cycle) {
  batch b{batch_limits{}};
  const family_id f = *b.family(gauge("f", {"k"}));
  const family_id h = *b.family(histogram("h", {1}));
  const series_id one = *b.series(f, values({"1"}));
  const std::uint64_t buckets[] = {1, 0};
  b.begin();
  b.set(one, 1);
  b.add(f, values({"t"}), 1).value();
  b.add_histogram(h, {}, 0.5, 1, buckets).value();
  b.discard();
  EXPECT_EQ(b.live_series(), 2u);
  const auto empty = commit(b);
  EXPECT_THAT(samples_of(*empty), IsEmpty());
  EXPECT_THAT(empty->histograms, IsEmpty());
  EXPECT_EQ(b.live_series(), 1u) << "the commit found the transient one unwritten";
  EXPECT_EQ(b.counters().samples_total, 0u);
  b.set(one, 2);
  EXPECT_THAT(samples_of(*commit(b)), ElementsAre(Pair("f{k=\"1\"}", 2)));
}

TEST(batch, ends_the_cycle_with_the_commit) {
  batch b{batch_limits{}};
  const series_id one = *b.series(*b.family(gauge("f")), {});
  b.set(one, 1);
  EXPECT_EQ(commit(b)->values.size(), 1u);
  EXPECT_EQ(commit(b)->values.size(), 0u);
}

TEST(batch, drops_transient_series_that_a_commit_finds_unwritten) {
  batch b{batch_limits{}};
  const family_id f = *b.family(gauge("f", {"k"}));
  b.add(f, values({"1"}), 1).value();
  b.add(f, values({"2"}), 2).value();
  EXPECT_EQ(commit(b)->values.size(), 2u);
  EXPECT_EQ(b.live_series(), 2u);
  b.begin();
  b.add(f, values({"2"}), 3).value();
  EXPECT_THAT(samples_of(*commit(b)), ElementsAre(Pair("f{k=\"2\"}", 3)));
  EXPECT_EQ(b.live_series(), 1u);
}

TEST(batch, keeps_a_transient_series_that_was_named) {
  batch b{batch_limits{}};
  const family_id f = *b.family(gauge("f", {"k"}));
  b.add(f, values({"1"}), 1).value();
  const series_id named = *b.series(f, values({"1"}));
  EXPECT_THAT(samples_of(*commit(b)), ElementsAre(Pair("f{k=\"1\"}", 1))) << "what add() staged stays staged";
  commit(b);
  EXPECT_EQ(b.live_series(), 1u);
  EXPECT_TRUE(b.set(named, 2));
  b.add(f, values({"1"}), 3).value();
  EXPECT_THAT(samples_of(*commit(b)), ElementsAre(Pair("f{k=\"1\"}", 3)));
  EXPECT_EQ(*b.series(f, values({"1"})), named);
}

TEST(batch, renders_labels) {
  batch_limits limits;
  limits.max_label_bytes = 6;
  batch b(limits);
  const family_id f = *b.family(gauge("f", {"a", "b"}));
  const auto label = [&](std::string_view first, std::string_view second) {
    b.begin();
    b.add(f, values({first, second}), 1).value();
    return std::string(commit(b)->series->labels.at(0).text());
  };
  EXPECT_EQ(label("x", "y"), R"(a="x",b="y")");
  EXPECT_EQ(label("", "y"), R"(b="y")");
  EXPECT_EQ(label("x", ""), R"(a="x")");
  EXPECT_EQ(label("", ""), "");
  EXPECT_EQ(label("\"\\\n", "\t "), "a=\"\\\"\\\\\\n\",b=\"\t \"");
  EXPECT_EQ(label("abcdefg", "y"), R"(a="abcdef",b="y")");
  EXPECT_EQ(label("abcde\xC3\xA9", "y"), R"(a="abcde",b="y")") << "cut before the character, not within";
  EXPECT_EQ(label("\"\"\"\"\"\"\"", ""), R"(a="\"\"\"\"\"\"")")
      << "the limit is of the value, not of its escapes";
  EXPECT_EQ(label("\xFF", "y"), "a=\"\xEF\xBF\xBD\",b=\"y\"");
  EXPECT_EQ(label(std::string_view("a\0b", 3), "y"), "a=\"a\xEF\xBF\xBD"
                                                     "b\",b=\"y\"");
  EXPECT_EQ(label(std::string_view("\0\0\0", 3), "y"), "a=\"\xEF\xBF\xBD\xEF\xBF\xBD\",b=\"y\"");
}

TEST(batch, merges_label_sets_that_became_equal) {
  batch_limits limits;
  limits.max_label_bytes = 4;
  batch b(limits);
  const family_id f = *b.family(gauge("f", {"k"}));
  EXPECT_EQ(*b.series(f, values({"abcdX"})), *b.series(f, values({"abcdY"})));
  EXPECT_EQ(*b.series(f, values({"\xFE"})), *b.series(f, values({"\xFF"})));
  b.add(f, values({"abcd1"}), 1).value();
  b.add(f, values({"abcd2"}), 2).value();
  EXPECT_THAT(samples_of(*commit(b)), ElementsAre(Pair("f{k=\"abcd\"}", 2)));
}

TEST(batch, shares_label_texts_between_families) {
  batch b{batch_limits{}};
  const family_id f = *b.family(gauge("f", {"pid", "name"}));
  const family_id g = *b.family(gauge("g", {"pid", "name"}));
  b.add(f, values({"1", "init"}), 1).value();
  b.add(g, values({"1", "init"}), 2).value();
  const auto s = commit(b);
  ASSERT_EQ(s->series->labels.size(), 2u);
  EXPECT_EQ(s->series->labels[0], s->series->labels[1]);
}

TEST(batch, takes_same_labels_on_trust) {
  batch b{batch_limits{}};
  const family_id f = *b.family(gauge("f", {"k"}));
  const family_id g = *b.family(gauge("g", {"k"}));
  const family_id other = *b.family(gauge("other", {"x"}));
  const auto labels = values({"1"});
  b.add(f, labels, 1, true).value(); // nothing was rendered before: it is now
  b.add(g, labels, 2, true).value();
  b.add(other, labels, 3, true).value(); // other keys: rendered again
  b.add(f, values({"2"}), 4, false).value();
  EXPECT_THAT(samples_of(*commit(b)), UnorderedElementsAre(Pair("f{k=\"1\"}", 1), Pair("g{k=\"1\"}", 2),
                                                           Pair("other{x=\"1\"}", 3), Pair("f{k=\"2\"}", 4)));
}

TEST(batch, takes_symbols_for_text) {
  batch b{batch_limits{}};
  const family_id f = *b.family(gauge("f", {"a", "b"}));
  const symbol_id quote = *b.intern("a\"b");
  EXPECT_NE(quote, 0u);
  EXPECT_EQ(*b.intern("a\"b"), quote);
  const symbol_id nothing = *b.intern("");
  const label_value by_symbol[] = {{{}, quote}, {{}, nothing}};
  EXPECT_EQ(*b.series(f, by_symbol), *b.series(f, values({"a\"b", ""})));
  const label_value unknown[] = {{{}, 99}, {"x", 0}};
  EXPECT_EQ(b.series(f, unknown).error().code, errc::invalid_argument);
  const label_value unset[] = {{}, {"x", 0}};
  EXPECT_EQ(*b.series(f, unset), *b.series(f, values({"", "x"})));
}

TEST(batch, limits_symbols) {
  batch_limits limits;
  limits.max_symbols = 1;
  batch b(limits);
  const symbol_id first = *b.intern("one");
  EXPECT_EQ(b.intern("two").error().code, errc::limit);
  EXPECT_EQ(*b.intern("one"), first);
}

TEST(batch, refuses_wrong_arguments) {
  batch b{batch_limits{}};
  const family_id f = *b.family(gauge("f", {"k"}));
  const family_id h = *b.family(histogram("h", {1, 2}, {"k"}));
  const std::uint64_t buckets[] = {1, 2, 3};
  const auto one = values({"1"});
  EXPECT_EQ(b.series(7, one).error().code, errc::invalid_argument);
  EXPECT_EQ(b.series(f, {}).error().code, errc::invalid_argument);
  EXPECT_EQ(b.series(h, one).error().code, errc::invalid_argument);
  EXPECT_EQ(b.add(7, one, 1).error().code, errc::invalid_argument);
  EXPECT_EQ(b.add(f, values({"1", "2"}), 1).error().code, errc::invalid_argument);
  EXPECT_EQ(b.add(h, one, 1).error().code, errc::invalid_argument);
  EXPECT_EQ(b.add_histogram(7, one, 1, 6, buckets).error().code, errc::invalid_argument);
  EXPECT_EQ(b.add_histogram(f, one, 1, 6, buckets).error().code, errc::invalid_argument);
  EXPECT_EQ(b.add_histogram(h, one, 1, 7, buckets).error().code, errc::invalid_argument);
  EXPECT_EQ(b.add_histogram(h, one, 1, 3, std::span(buckets).first(2)).error().code, errc::invalid_argument);
  EXPECT_EQ(b.live_series(), 0u);
  EXPECT_EQ(b.counters().dropped_series_total, 0u);
  EXPECT_TRUE(b.add_histogram(h, one, 1, 6, buckets));
}

TEST(batch, publishes_histograms_of_this_cycle_only) {
  batch b{batch_limits{}};
  const family_id h = *b.family(histogram("h", {1, 2}, {"k"}));
  const family_id g = *b.family(histogram("g", {5}));
  const std::uint64_t three[] = {1, 2, 3};
  const std::uint64_t two[] = {4, 0};
  const std::uint64_t zeros[] = {0, 0, 9};
  b.add_histogram(h, values({"1"}), 10, 6, three).value();
  b.add_histogram(g, {}, std::nan(""), 4, two).value();
  b.add_histogram(h, values({"2"}), 11, 6, three).value();
  b.add_histogram(h, values({"1"}), 12, 9, zeros).value(); // the last one wins
  const auto s = commit(b);
  ASSERT_EQ(s->histograms.size(), 2u);
  const auto& blocks = s->histograms;
  EXPECT_EQ(blocks[0].family->name, "h");
  ASSERT_EQ(blocks[0].values.size(), 2u);
  EXPECT_EQ(blocks[0].values[0].labels.text(), "k=\"1\"");
  EXPECT_EQ(blocks[0].values[0].sum, 12);
  EXPECT_EQ(blocks[0].values[0].count, 9u);
  EXPECT_THAT(blocks[0].values[0].buckets, ElementsAre(0, 0, 9));
  EXPECT_EQ(blocks[0].values[1].labels.text(), "k=\"2\"");
  EXPECT_EQ(blocks[1].family->name, "g");
  EXPECT_THAT(blocks[1].values.at(0).buckets, ElementsAre(4, 0));
  EXPECT_EQ(b.counters().samples_total, 3u);
  EXPECT_THAT(commit(b)->histograms, IsEmpty());
}

TEST(batch, stops_at_its_series_limit) {
  batch b(with_series(3));
  const family_id f = *b.family(gauge("f", {"k"}));
  const family_id h = *b.family(histogram("h", {1}, {"k"}));
  const std::uint64_t buckets[] = {1, 0};
  const series_id one = *b.series(f, values({"1"}));
  b.add(f, values({"2"}), 2).value();
  b.add_histogram(h, values({"1"}), 1, 1, buckets).value();
  EXPECT_EQ(b.series(f, values({"3"})).error().code, errc::limit);
  EXPECT_EQ(b.add(f, values({"3"}), 1).error().code, errc::limit);
  EXPECT_EQ(b.add_histogram(h, values({"2"}), 1, 1, buckets).error().code, errc::limit);
  EXPECT_EQ(b.counters().dropped_series_total, 3u);
  EXPECT_TRUE(b.add(f, values({"2"}), 3)) << "what is there may still be written";
  EXPECT_TRUE(b.add_histogram(h, values({"1"}), 1, 1, buckets));
  EXPECT_EQ(*b.series(f, values({"1"})), one);
  b.drop(one);
  EXPECT_TRUE(b.add(f, values({"3"}), 1));
  EXPECT_EQ(b.counters().dropped_series_total, 3u);
}

TEST(batch, stops_at_a_familys_limit) {
  batch b{batch_limits{}};
  family_spec narrow = gauge("f", {"k"});
  narrow.max_series = 1;
  family_spec narrow_histogram = histogram("h", {}, {"k"});
  narrow_histogram.max_series = 1;
  const family_id f = *b.family(narrow);
  const family_id h = *b.family(narrow_histogram);
  const family_id wide = *b.family(gauge("wide", {"k"}));
  const std::uint64_t buckets[] = {1};
  EXPECT_TRUE(b.add(f, values({"1"}), 1));
  EXPECT_FALSE(b.add(f, values({"2"}), 1));
  EXPECT_TRUE(b.add(wide, values({"1"}), 1));
  EXPECT_TRUE(b.add(wide, values({"2"}), 1));
  EXPECT_TRUE(b.add_histogram(h, values({"1"}), 1, 1, buckets));
  EXPECT_FALSE(b.add_histogram(h, values({"2"}), 1, 1, buckets));
  EXPECT_EQ(b.counters().dropped_series_total, 2u);
  commit(b);
  EXPECT_TRUE(b.add_histogram(h, values({"2"}), 1, 1, buckets)) << "a histogram counts in its own cycle";
}

TEST(batch, publishes_every_double_as_it_is) {
  batch b{batch_limits{}};
  const family_id f = *b.family(gauge("f", {"k"}));
  const series_id one = *b.series(f, values({"1"}));
  for (const double value : {-0.0, 1e-308, 5e-324, HUGE_VAL, -HUGE_VAL, std::nan("")}) {
    b.set(one, value);
    const double got = commit(b)->values.at(0);
    EXPECT_TRUE(std::isnan(value) ? std::isnan(got)
                                  : got == value && std::signbit(got) == std::signbit(value));
  }
}

TEST(batch, outlived_by_its_snapshots) {
  snapshot_ptr last;
  {
    batch b{batch_limits{}};
    b.add(*b.family(gauge("f", {"k"})), values({"still here"}), 1).value();
    last = commit(b);
  }
  EXPECT_THAT(samples_of(*last), ElementsAre(Pair("f{k=\"still here\"}", 1)));
}

} // namespace
} // namespace reeve::store
