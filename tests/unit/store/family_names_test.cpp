// SPDX-License-Identifier: Apache-2.0
#include "store_support.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace reeve::store {
namespace {

using testing::HasSubstr;

class family_names : public testing::Test {
 protected:
  void accepted(const family_spec& spec) {
    const auto id = batch_.family(spec);
    EXPECT_TRUE(id) << spec.name << ": " << (id ? "" : id.error().message);
  }
  void refused(const family_spec& spec, std::string_view why) {
    const auto before = batch_.counters().rejected_families_total;
    const auto id = batch_.family(spec);
    ASSERT_FALSE(id) << spec.name;
    EXPECT_EQ(id.error().code, errc::invalid_argument);
    EXPECT_THAT(id.error().message, HasSubstr(std::string(why)));
    EXPECT_EQ(batch_.counters().rejected_families_total, before + 1);
  }
  family_spec of_kind(metric_kind kind, std::string name, std::string unit = "") {
    family_spec spec = gauge(std::move(name));
    spec.kind = kind;
    spec.unit = std::move(unit);
    return spec;
  }
  // The name the store keeps, seen through a snapshot.
  std::string kept_name(const family_spec& spec) {
    batch b{batch_limits{}};
    b.add(*b.family(spec), {}, 1).value();
    return commit(b)->series->blocks.at(0).family->name;
  }

  batch batch_{batch_limits{}};
};

TEST_F(family_names, follow_prometheus_grammar) {
  for (const char* name : {"a", "_", ":", "aZ_:09", "_9"})
    accepted(gauge(name));
  for (const char* name : {"", "9a", "a-b", "a b", "a.b", "\xC3\xA9", "a\n"})
    refused(gauge(name), "not a legal metric name");
}

TEST_F(family_names, of_label_keys_follow_prometheus_grammar) {
  accepted(gauge("fine", {"a", "_a", "aZ09_", "le"}));
  for (const char* key : {"", "9a", "a:b", "a-b", "__a", "__", "\xC3\xA9"})
    refused(gauge("keys", {key}), "not a legal label key");
  refused(gauge("twice", {"a", "b", "a"}), "stands twice");
  refused(histogram("seconds", {1}, {"le"}), "le label");
}

TEST_F(family_names, lose_the_suffix_that_the_exposition_adds) {
  EXPECT_EQ(kept_name(of_kind(metric_kind::counter, "runs_total")), "runs");
  EXPECT_EQ(kept_name(of_kind(metric_kind::counter, "runs")), "runs");
  EXPECT_EQ(kept_name(of_kind(metric_kind::info, "build_info")), "build");
  EXPECT_EQ(kept_name(of_kind(metric_kind::gauge, "lines_total")), "lines_total");
  EXPECT_EQ(kept_name(of_kind(metric_kind::counter, "wait_seconds_total", "seconds")), "wait_seconds");
  refused(of_kind(metric_kind::counter, "_total"), "not a legal metric name");
  refused(of_kind(metric_kind::info, "_info"), "not a legal metric name");
}

TEST_F(family_names, end_in_their_unit) {
  accepted(of_kind(metric_kind::gauge, "age_seconds", "seconds"));
  refused(of_kind(metric_kind::gauge, "age", "seconds"), "unit");
  refused(of_kind(metric_kind::gauge, "ageseconds", "seconds"), "unit");
  refused(of_kind(metric_kind::gauge, "seconds", "seconds"), "unit");
  refused(of_kind(metric_kind::info, "build_seconds", "seconds"), "no unit");
}

TEST_F(family_names, bounds_are_finite_and_ascend) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  accepted(histogram("none", {}));
  accepted(histogram("some", {-1, 0, 0.5}));
  refused(histogram("equal", {1, 1}), "ascend");
  refused(histogram("zeros", {-0.0, 0.0}), "ascend");
  refused(histogram("falling", {2, 1}), "ascend");
  refused(histogram("nan", {std::nan("")}), "finite");
  refused(histogram("inf", {1, infinity}), "finite");
  family_spec spec = gauge("plain");
  spec.bounds = {1};
  refused(spec, "only a histogram");
}

TEST_F(family_names, cannot_be_shared_by_two_schemas) {
  const family_id first = *batch_.family(gauge("x_bytes", {"a"}));
  EXPECT_EQ(*batch_.family(gauge("x_bytes", {"a"})), first);
  refused(gauge("x_bytes", {"b"}), "another schema");
  refused(of_kind(metric_kind::counter, "x_bytes"), "another schema");
  family_spec other = gauge("x_bytes", {"a"});
  other.help = "what it is";
  refused(other, "another schema");

  EXPECT_EQ(*batch_.family(of_kind(metric_kind::counter, "runs_total")),
            *batch_.family(of_kind(metric_kind::counter, "runs")));
}

TEST_F(family_names, of_samples_do_not_clash) {
  accepted(of_kind(metric_kind::counter, "runs"));
  refused(gauge("runs_total"), "both take the name runs_total");
  accepted(gauge("lines_total"));
  refused(of_kind(metric_kind::counter, "lines"), "both take the name lines_total");
  accepted(histogram("wait", {1}));
  for (const char* name : {"wait_sum", "wait_count", "wait_bucket"})
    refused(gauge(name), "both take the name");
  accepted(of_kind(metric_kind::info, "build"));
  refused(gauge("build_info"), "both take the name build_info");
}

TEST_F(family_names, are_limited_in_number) {
  batch_limits limits;
  limits.max_families = 2;
  batch b(limits);
  ASSERT_TRUE(b.family(gauge("a")));
  ASSERT_TRUE(b.family(gauge("b")));
  const auto third = b.family(gauge("c"));
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, errc::limit);
  EXPECT_EQ(*b.family(gauge("b")), 1u) << "a known one is still found";
  EXPECT_EQ(b.counters().rejected_families_total, 1u);
}

TEST_F(family_names, help_becomes_clean_text) {
  family_spec spec = gauge("a");
  spec.help = std::string("one\xFF two\0three", 14);
  batch_.add(*batch_.family(spec), {}, 1).value();
  EXPECT_EQ(commit(batch_)->series->blocks.at(0).family->help, "one\xEF\xBF\xBD two\xEF\xBF\xBDthree");
  EXPECT_TRUE(batch_.family(spec)) << "the same declaration again is the same family";
}

} // namespace
} // namespace reeve::store
