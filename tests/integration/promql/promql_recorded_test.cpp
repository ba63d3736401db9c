// SPDX-License-Identifier: Apache-2.0
// Series of a real agent, as tests/fixtures/promql/record.py recorded them: it was restarted once, so its counters begin
// again, and one of two processes that it watched went away and came back.
#include "tests/integration/promql/both_answers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

namespace reeve::test {
namespace {

TEST(promql_recorded_test, recorded_series_give_the_same_vectors) {
  const std::string text =
      read_file(std::filesystem::path(REEVE_SOURCE_DIR) / "tests" / "fixtures" / "promql" / "recorded.txt");
  const auto samples = rules::read_samples(text);
  ASSERT_TRUE(samples) << samples.error().message;
  std::vector<std::int64_t> times;
  for (const rules::timed_sample& s : *samples)
    times.push_back(s.at.time_ms);
  std::ranges::sort(times);
  times.erase(std::unique(times.begin(), times.end()), times.end());
  ASSERT_GE(times.size(), 50u);

  // Each fifth scrape and a time shortly after; then until there is nothing any more.
  std::vector<std::int64_t> moments;
  for (std::size_t i = 0; i < times.size(); i += 5)
    moments.insert(moments.end(), {times[i], times[i] + 1'700});
  for (const std::int64_t later : {0, 100'000, 240'000, 300'000, 300'001})
    moments.push_back(times.back() + later);

  const auto both = both_answers::over(text);
  ASSERT_TRUE(both) << both.error().message;
  const auto expressions = fixture_lines("recorded_expressions.txt");
  std::size_t with_samples = 0;
  for (const std::string& e : expressions) {
    std::size_t of_this = 0;
    for (const std::int64_t at : moments) {
      const auto answers = (*both)->compare(e, at);
      ASSERT_TRUE(answers.difference.empty()) << answers.difference;
      of_this += answers.theirs.samples.empty() && !answers.theirs.is_number ? 0 : 1;
    }
    EXPECT_GT(of_this, 0u) << e << " shows nothing";
    with_samples += of_this;
  }
  std::cout << times.size() << " scrapes; " << expressions.size() << " expressions at " << moments.size()
            << " moments, " << with_samples << " results with samples\n";
  EXPECT_GE(expressions.size(), 60u);
}

} // namespace
} // namespace reeve::test
