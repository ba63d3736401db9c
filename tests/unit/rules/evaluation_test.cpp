// SPDX-License-Identifier: Apache-2.0
// A few of each kind, quick and on every system; Prometheus judges the rest in tests/integration/promql.
#include "rules_support.hpp"

#include "reeve/rules/sample_text.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace reeve::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view samples = R"(requests_total{code="200",of="a"} 10 100
requests_total{code="200",of="a"} 40 160
requests_total{code="500",of="a"} 1 100
requests_total{code="500",of="a"} 7 160
requests_total{code="200",of="b"} 50 100
requests_total{code="200",of="b"} 5 160
limit{of="a"} 30 160
limit{of="b"} 10 160
huge 0 100
huge 1.7e308 115
# EOF
)";

// Each sample as "LABELS VALUE", sorted; of a number its text.
std::vector<std::string> value_of(std::string_view text, std::int64_t at_ms = 160'000) {
  memory_limits limits;
  limits.forgets = false;
  series_memory memory(limits);
  evaluation e(test::parsed(text), memory);
  load_samples(read_samples(samples).value(), memory);
  const auto value = e.at(at_ms);
  if (!value) return {value.error().message};
  if ((*value)->type == value_type::scalar) return {cat((*value)->scalar)};
  std::vector<std::string> out;
  for (const sample& s : (*value)->samples)
    out.push_back(cat(s.text(), " ", s.value));
  std::ranges::sort(out);
  return out;
}

TEST(evaluation, selectors_take_the_latest_sample) {
  EXPECT_THAT(value_of("limit"), ElementsAre("limit{of=\"a\"} 30", "limit{of=\"b\"} 10"));
  EXPECT_THAT(value_of("limit{of!~\"a|c\"}"), ElementsAre("limit{of=\"b\"} 10"));
  EXPECT_THAT(value_of("limit", 159'999), IsEmpty());
  EXPECT_THAT(value_of("requests_total{of=\"b\"} offset 1m"),
              ElementsAre("requests_total{code=\"200\", of=\"b\"} 50"));
}

TEST(evaluation, comparisons_filter_and_keep_the_name) {
  EXPECT_THAT(value_of("limit > 10"), ElementsAre("limit{of=\"a\"} 30"));
  EXPECT_THAT(value_of("limit > bool 10"), ElementsAre("{of=\"a\"} 1", "{of=\"b\"} 0"));
}

TEST(evaluation, counters_may_begin_again) {
  EXPECT_THAT(value_of("increase(requests_total{of=\"b\"}[1m])"), ElementsAre("{code=\"200\", of=\"b\"} 5"));
  EXPECT_THAT(value_of("rate(requests_total{code=\"500\"}[1m])"),
              ElementsAre("{code=\"500\", of=\"a\"} 0.1"));
}

TEST(evaluation, a_rate_that_fits_is_finite_though_its_increase_would_not_fit) {
  EXPECT_THAT(value_of("rate(huge[1m]) > 4.24e306 < 4.26e306"), testing::SizeIs(1));
  EXPECT_THAT(value_of("increase(huge[1m])"), ElementsAre("{} inf"));
}

TEST(evaluation, vectors_match_by_their_labels) {
  EXPECT_THAT(value_of("sum by (of) (requests_total) > limit"), ElementsAre("{of=\"a\"} 47"));
  EXPECT_THAT(value_of("requests_total{code=\"500\"} / ignoring (code) limit"),
              ElementsAre(HasSubstr("{of=\"a\"} 0.23")));
  EXPECT_THAT(value_of("limit unless on (of) requests_total{code=\"500\"}"),
              ElementsAre("limit{of=\"b\"} 10"));
  EXPECT_THAT(value_of("limit * on (of) requests_total"),
              ElementsAre(HasSubstr("several samples on the right side match")));
}

TEST(evaluation, nothing_gives_nothing_and_zero_divides) {
  EXPECT_THAT(value_of("nobody > 1"), IsEmpty());
  EXPECT_THAT(value_of("absent(nobody)"), ElementsAre("{} 1"));
  EXPECT_THAT(value_of("limit / 0"), ElementsAre("{of=\"a\"} inf", "{of=\"b\"} inf"));
  EXPECT_THAT(value_of("1 + time()"), ElementsAre("161"));
  EXPECT_THAT(value_of("1 # a comment\r + 1"), ElementsAre("2")) << "which ends with either end of a line";
}

TEST(evaluation, fails_where_the_memory_lacks_what_it_needs) {
  memory_limits limits;
  limits.series = 1;
  series_memory memory(limits);
  evaluation e(test::parsed("x"), memory);
  for (const std::string_view of : {"a", "b"})
    memory.append(memory.find_or_make(test::labels("x", {{"of", of}}), 1000), 1000, 1);
  const auto value = e.at(1000);
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, errc::limit);
  EXPECT_THAT(value.error().message, HasSubstr("max_series"));
}

} // namespace
} // namespace reeve::rules
