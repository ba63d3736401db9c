// SPDX-License-Identifier: Apache-2.0
// Its own program, because it replaces operator new.
#include "../store/counting_heap.hpp"
#include "rules_support.hpp"

#include <gtest/gtest.h>

namespace reeve::rules {
namespace {

TEST(allocations, are_none_for_rules_that_do_not_hold) {
  memory_limits limits;
  series_memory memory(limits);
  std::vector<rule> rules;
  for (const char* text : {"x > 5", "rate(x[1m]) > 5", "sum by (of) (x) > 5", "x unless y > 5 and x > 9",
                           "predict_linear(x[1m], 60) > 1e9", "x / on (of) y > 5"})
    rules.push_back(test::rule_of("r", text));
  rule_set set(std::move(rules), memory);
  std::vector<series_memory::series_number> all;
  for (const char* metric : {"x", "y"})
    for (const char* of : {"a", "b", "c"})
      all.push_back(memory.find_or_make(test::labels(metric, {{"of", of}}), 0));
  std::int64_t now_ms = 0;
  const auto tick = [&] {
    now_ms += 1000;
    for (const auto number : all)
      memory.append(number, now_ms, 1);
  };
  for (int i = 0; i < 10; ++i) {
    tick();
    (void)set.evaluate(now_ms);
  }
  tick();
  const std::size_t before = reeve::test::allocations();
  const auto changes = set.evaluate(now_ms);
  EXPECT_EQ(reeve::test::allocations(), before);
  EXPECT_TRUE(changes.empty());
  for (std::size_t i = 0; i < set.size(); ++i)
    EXPECT_EQ(set.report(i).problem, "");
}

} // namespace
} // namespace reeve::rules
