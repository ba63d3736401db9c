// SPDX-License-Identifier: Apache-2.0
// Debian's Prometheus is the judge of every expression that rules may have.
#include "tests/integration/promql/both_answers.hpp"
#include "tests/integration/promql/made_samples.hpp"
#include "tests/integration/promql/random_expression.hpp"

#include "reeve/rules/expression.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

namespace reeve::test {
namespace {

class promql_agreement_test : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto made = both_answers::over(made_samples());
    ASSERT_TRUE(made) << made.error().message;
    both_ = *std::move(made);
  }
  static void TearDownTestSuite() { both_.reset(); }

  static std::unique_ptr<both_answers> both_;
};
std::unique_ptr<both_answers> promql_agreement_test::both_;

// The end of the samples; between two of them; in the middle; soon after the beginning; long after the end.
constexpr std::int64_t moments_ms[] = {samples_end * 1000, samples_end * 1000 - 1,
                                       (samples_begin + 1807) * 1000, (samples_begin + 40) * 1000,
                                       (samples_end + 7200) * 1000};

TEST_F(promql_agreement_test, listed_expressions_give_the_same_vectors) {
  const auto expressions = fixture_lines("expressions.txt");
  ASSERT_GE(expressions.size(), 300u);
  std::size_t with_samples = 0;
  for (const std::string& e : expressions)
    for (const std::int64_t at : moments_ms) {
      const auto both = both_->compare(e, at);
      EXPECT_TRUE(both.difference.empty()) << both.difference;
      with_samples += both.theirs.samples.empty() ? 0 : 1;
    }
  std::cout << expressions.size() << " expressions at " << std::size(moments_ms) << " moments, "
            << with_samples << " results with samples\n";
  EXPECT_GT(with_samples, expressions.size()) << "the samples no longer show anything";
}

TEST_F(promql_agreement_test, what_is_no_expression_both_refuse) {
  for (const std::string& e : fixture_lines("wrong.txt")) {
    EXPECT_TRUE(both_->of_reeve(e, samples_end * 1000).is_refused) << e;
    EXPECT_TRUE(both_->of_prometheus(e, samples_end * 1000).is_refused) << e;
  }
}

TEST_F(promql_agreement_test, what_is_outside_the_subset_is_refused_before_it_is_evaluated) {
  for (const std::string& e : fixture_lines("outside.txt"))
    EXPECT_FALSE(rules::parse_expression(e)) << e;
}

// REEVE_SEED repeats one run, REEVE_EXPRESSIONS says how many.
TEST_F(promql_agreement_test, random_expressions_give_the_same_vectors) {
  const char* const given = std::getenv("REEVE_SEED");
  const char* const wanted = std::getenv("REEVE_EXPRESSIONS");
  const unsigned seed =
      given ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
  const int count = wanted ? std::atoi(wanted) : 1500;
  std::cout << "REEVE_SEED=" << seed << '\n';
  random_expression random(seed);
  int with_samples = 0, refused = 0;
  for (int i = 0; i < count; ++i) {
    const std::string e = random.next();
    const std::int64_t at = samples_begin * 1000 + static_cast<std::int64_t>(random.below(3'900'000));
    const auto both = both_->compare(e, at);
    EXPECT_TRUE(both.difference.empty())
        << both.difference << "\nREEVE_SEED=" << seed << ", expression " << i;
    with_samples += both.theirs.samples.empty() ? 0 : 1;
    refused += both.theirs.is_refused ? 1 : 0;
    if (HasFailure()) break;
  }
  std::cout << count << " expressions, " << with_samples << " with samples, " << refused
            << " that both refuse\n";
}

} // namespace
} // namespace reeve::test
