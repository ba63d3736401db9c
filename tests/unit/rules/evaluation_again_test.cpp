// SPDX-License-Identifier: Apache-2.0
// What an evaluation keeps from one time to the next changes nothing: a new one gives the same, whatever has come and gone.
#include "rules_support.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <utility>

namespace reeve::rules {
namespace {

using what_is_there =
    std::map<std::pair<std::string, int>, series_memory::series_number>; // by metric and number

std::vector<std::string> texts_of(evaluation& e, std::int64_t now_ms) {
  const auto value = e.at(now_ms);
  if (!value) return {value.error().message};
  std::vector<std::string> out;
  for (const sample& s : (*value)->samples)
    out.push_back(cat(s.text(), " ", s.value));
  return out;
}

TEST(evaluation_again, gives_what_a_new_one_gives) {
  const std::vector<std::string> texts{"x",
                                       "abs(x)",
                                       "-{__name__=~\"x|y\"}",
                                       "x + 1",
                                       "x > 500",
                                       "x / y",
                                       "x > y",
                                       "x / on (number) y",
                                       "x > on (number) y",
                                       "x / on (of) y",
                                       "x == on (__name__, number) x",
                                       "x / ignoring (of) y",
                                       "x > bool ignoring (of) y",
                                       "x <= ignoring (of) y",
                                       "x and y",
                                       "x and on (of) y",
                                       "x unless on (number) y",
                                       "x or y",
                                       "x or on (of) y",
                                       "sum by (of) (x)",
                                       "count without (number) (x)",
                                       "max by (__name__) ({of=\"o1\"})",
                                       "topk by (of) (1, x)",
                                       "sum by (of) (x) / on (of) sum by (of) (y)",
                                       "x > 900 and on (number) y",
                                       "(x > 500) + on (number) (y < 500)",
                                       "rate({__name__=~\"x|y\"}[1m])",
                                       "x > 2000 unless on (of) y"};
  std::mt19937 random(7);
  const auto chance = [&](int of) { return static_cast<int>(random() % static_cast<unsigned>(of)); };
  series_memory memory;
  std::vector<std::unique_ptr<evaluation>> kept;
  for (const std::string& text : texts)
    kept.push_back(std::make_unique<evaluation>(test::parsed(text), memory));
  what_is_there there;
  std::int64_t now_ms = 0;
  std::size_t most = 0;
  for (int round = 0; round < 400; ++round) {
    now_ms += 15'000;
    const int changes = chance(10) == 0 ? 40 : chance(3); // now and then most of them
    for (int i = 0; i < changes; ++i) {
      const std::pair<std::string, int> which(chance(2) == 0 ? "x" : "y", chance(30));
      if (const auto found = there.find(which); found != there.end()) {
        memory.end(found->second, now_ms);
        there.erase(found);
      } else {
        const std::string number = cat(which.second),
                          of = cat("o", which.second % 4 + (chance(5) == 0 ? 1 : 0));
        there[which] =
            memory.find_or_make(test::labels(which.first, {{"number", number}, {"of", of}}), now_ms);
      }
    }
    for (const auto& [which, number] : there)
      if (chance(20) != 0) memory.append(number, now_ms, chance(1000));
    memory.trim(now_ms);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      evaluation fresh(test::parsed(texts[i]), memory);
      const auto wanted = texts_of(fresh, now_ms);
      ASSERT_EQ(texts_of(*kept[i], now_ms), wanted) << texts[i] << " in round " << round;
      most = std::max(most, wanted.size());
    }
  }
  EXPECT_GT(most, 20u);
}

} // namespace
} // namespace reeve::rules
