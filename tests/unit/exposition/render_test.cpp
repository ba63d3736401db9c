// SPDX-License-Identifier: Apache-2.0
#include "exposition_support.hpp"
#include "tests/support/exposition_parser.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

namespace reeve::exposition {
namespace {

std::string fixture(const std::string& name) {
  std::ifstream file(std::string(REEVE_SOURCE_DIR) + "/tests/fixtures/exposition/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string judged(std::string_view text, format f) {
  const auto parsed = f == format::text ? test::parse_text_0_0_4(text) : test::parse_openmetrics(text);
  return parsed ? "" : parsed.error().message;
}

snapshot_ptr one_sample(const family_spec& spec, std::vector<label_value> labels, double value) {
  batch b{batch_limits{}};
  b.add(b.family(spec).value(), labels, value).value();
  return commit(b);
}

TEST(render, text_is_the_golden_file) {
  EXPECT_EQ(render_all(assorted(), format::text), fixture("assorted.txt"));
}

TEST(render, openmetrics_is_the_golden_file) {
  EXPECT_EQ(render_all(assorted(), format::openmetrics), fixture("assorted.openmetrics.txt"));
}

TEST(render, keeps_to_the_specifications) {
  for (const format f : {format::text, format::openmetrics})
    EXPECT_EQ(judged(render_all(assorted(), f), f), "");
}

TEST(render, says_nothing_of_nothing) {
  EXPECT_EQ(render_all({}, format::text), "");
  EXPECT_EQ(render_all({nullptr}, format::openmetrics), "# EOF\n");
  batch b{batch_limits{}};
  ASSERT_TRUE(b.family(family(metric_kind::gauge, "declared_only")));
  EXPECT_EQ(render_all({commit(b)}, format::text), "");
}

TEST(render, is_the_same_in_chunks_of_every_size) {
  for (const format f : {format::text, format::openmetrics}) {
    const std::string whole = render_all(assorted(), f);
    for (std::size_t size = 0; size <= whole.size() + 1; ++size) {
      renderer r(assorted(), f);
      std::string together;
      std::string chunk;
      while (r.next(chunk, size)) {
        ASSERT_FALSE(chunk.empty());
        ASSERT_EQ(chunk.back(), '\n');
        ASSERT_TRUE(chunk.size() >= size || together.size() + chunk.size() == whole.size());
        together += chunk;
        chunk.clear();
      }
      ASSERT_TRUE(chunk.empty());
      ASSERT_FALSE(r.next(chunk, size));
      ASSERT_EQ(together, whole) << "chunks of " << size;
    }
  }
}

TEST(render, appends_and_stops_soon_after_the_wanted_size) {
  batch b{batch_limits{}};
  const auto f = b.family(family(metric_kind::gauge, "f", {"k"})).value();
  for (int i = 0; i < 10'000; ++i)
    b.add(f, std::vector<label_value>{{std::to_string(i)}}, i).value();
  renderer r({commit(b)}, format::text);
  std::string chunk = "before ";
  ASSERT_TRUE(r.next(chunk, 1000));
  EXPECT_TRUE(chunk.starts_with("before # TYPE f gauge\n"));
  EXPECT_LT(chunk.size(), 1100u);
}

TEST(render, takes_lines_longer_than_any_buffer) {
  batch_limits limits;
  limits.max_label_bytes = 300'000;
  batch b(limits);
  const std::string name(250'000, 'x');
  const auto f = b.family(family(metric_kind::gauge, "f", {"k"})).value();
  b.add(f, std::vector<label_value>{{name}}, 1).value();
  EXPECT_EQ(render_all({commit(b)}, format::text, 10), "# TYPE f gauge\nf{k=\"" + name + "\"} 1\n");
}

TEST(render, keeps_its_snapshots_alive) {
  auto snapshots = assorted();
  const std::weak_ptr<const store::snapshot> watched = snapshots[0];
  const std::string whole = render_all(snapshots, format::text);
  renderer first(std::move(snapshots), format::text);
  std::string text;
  ASSERT_TRUE(first.next(text, 100));
  renderer r(std::move(first));
  EXPECT_FALSE(watched.expired());
  while (r.next(text, 100)) {
  }
  EXPECT_EQ(text, whole);
}

TEST(render, merges_a_family_of_several_sources) {
  family_spec spec = family(metric_kind::gauge, "up", {"plugin"}, "Whether it runs.");
  const auto first = one_sample(spec, {{"a"}}, 1);
  spec.max_series = 9; // a budget of its own is no other schema
  const auto second = one_sample(spec, {{"b"}}, 0);
  const auto between = one_sample(family(metric_kind::gauge, "between"), {}, 5);
  EXPECT_EQ(render_all({first, between, second}, format::text), "# HELP up Whether it runs.\n"
                                                                "# TYPE up gauge\n"
                                                                "up{plugin=\"a\"} 1\n"
                                                                "up{plugin=\"b\"} 0\n"
                                                                "# TYPE between gauge\n"
                                                                "between 5\n");
}

TEST(render, tells_merged_families_apart) {
  std::vector<snapshot_ptr> snapshots;
  for (const char* plugin : {"a", "b"}) {
    batch b{batch_limits{}};
    for (const char* name : {"up", "runs"})
      b.add(b.family(family(metric_kind::gauge, name, {"plugin"})).value(),
            std::vector<label_value>{{plugin}}, 1)
          .value();
    snapshots.push_back(commit(b));
  }
  EXPECT_EQ(render_all(snapshots, format::text),
            "# TYPE up gauge\nup{plugin=\"a\"} 1\nup{plugin=\"b\"} 1\n"
            "# TYPE runs gauge\nruns{plugin=\"a\"} 1\nruns{plugin=\"b\"} 1\n");
}

TEST(render, shows_a_series_once) {
  const family_spec spec = family(metric_kind::gauge, "up", {"plugin"});
  family_spec wait = family(metric_kind::histogram, "wait");
  const std::uint64_t buckets[] = {1};
  std::vector<snapshot_ptr> snapshots;
  for (const double value : {1, 2, 3}) {
    batch b{batch_limits{}};
    b.add(b.family(spec).value(), std::vector<label_value>{{"a"}}, value).value();
    b.add(b.family(spec).value(), std::vector<label_value>{{std::to_string(value)}}, value).value();
    b.add_histogram(b.family(wait).value(), {}, value, 1, buckets).value();
    snapshots.push_back(commit(b));
  }
  renderer r(snapshots, format::text);
  std::string text;
  while (r.next(text, 1)) {
  }
  EXPECT_EQ(text,
            "# TYPE up gauge\nup{plugin=\"a\"} 1\nup{plugin=\"1.000000\"} 1\nup{plugin=\"2.000000\"} 2\n"
            "up{plugin=\"3.000000\"} 3\n"
            "# TYPE wait histogram\nwait_count 1\nwait_sum 1\nwait_bucket{le=\"+Inf\"} 1\n");
  EXPECT_EQ(r.dropped_series(), 4u);
  EXPECT_EQ(r.dropped_families(), 0u);
}

TEST(render, leaves_out_a_family_of_another_schema) {
  const auto base = one_sample(family(metric_kind::counter, "runs", {"k"}, "Help."), {{"a"}}, 1);
  const std::vector<std::pair<family_spec, std::vector<label_value>>> others = {
      {family(metric_kind::gauge, "runs", {"k"}, "Help."), {{"b"}}},
      {family(metric_kind::counter, "runs", {"x"}, "Help."), {{"b"}}},
      {family(metric_kind::counter, "runs", {}, "Help."), {}},
      {family(metric_kind::counter, "runs", {"k"}, "Other help."), {{"b"}}},
      {family(metric_kind::gauge, "runs_total", {"k"}, "Help."), {{"b"}}},
      {family(metric_kind::info, "runs", {"k"}, "Help."), {{"b"}}},
  };
  for (const auto& [spec, labels] : others) {
    renderer r({base, one_sample(spec, labels, 2)}, format::text);
    EXPECT_EQ(r.dropped_families(), 1u) << spec.name;
    std::string text;
    while (r.next(text)) {
    }
    EXPECT_EQ(text, "# HELP runs_total Help.\n# TYPE runs_total counter\nruns_total{k=\"a\"} 1\n");
  }
}

TEST(render, leaves_out_what_would_repeat_a_sample_name) {
  batch b{batch_limits{}};
  const std::uint64_t buckets[] = {1};
  b.add_histogram(b.family(family(metric_kind::histogram, "wait")).value(), {}, 1, 1, buckets).value();
  const auto histogram = commit(b);
  for (const char* name : {"wait_sum", "wait_count", "wait_bucket", "wait"}) {
    const auto gauge = one_sample(family(metric_kind::gauge, name), {}, 1);
    for (const auto& order : {std::vector{histogram, gauge}, std::vector{gauge, histogram}}) {
      renderer r(order, format::openmetrics);
      EXPECT_EQ(r.dropped_families(), 1u) << name;
      EXPECT_EQ(judged(render_all(order, format::openmetrics), format::openmetrics), "") << name;
    }
  }
}

TEST(render, gives_info_the_value_one) {
  const auto s = one_sample(family(metric_kind::info, "build_info", {"v"}), {{"1"}}, 17);
  EXPECT_EQ(render_all({s}, format::text), "# TYPE build_info gauge\nbuild_info{v=\"1\"} 1\n");
  EXPECT_EQ(render_all({s}, format::openmetrics), "# TYPE build info\nbuild_info{v=\"1\"} 1\n# EOF\n");
}

} // namespace
} // namespace reeve::exposition
