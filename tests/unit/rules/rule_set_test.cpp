// SPDX-License-Identifier: Apache-2.0
#include "rules_support.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace reeve::rules {
namespace {

using test::labels;
using test::only;
using test::rule_of;
using test::texts;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int64_t step_ms = 10'000;

// One rule over the gauge x{of="a"}, whose values come one by one, a step apart; NaN: no sample, the series has ended.
class one_rule : public testing::Test {
 protected:
  void use(rule r) { rules_ = std::make_unique<rule_set>(only(std::move(r)), memory_); }

  std::vector<std::string> next(double value) {
    now_ms_ += step_ms;
    const auto x = memory_.find_or_make(labels("x", {{"of", "a"}}), now_ms_);
    if (std::isnan(value))
      memory_.end(x, now_ms_);
    else
      memory_.append(x, now_ms_, value);
    return texts(rules_->evaluate(now_ms_));
  }
  void put(std::string_view metric, std::string_view of, double value) {
    memory_.append(memory_.find_or_make(labels(metric, {{"of", of}}), now_ms_), now_ms_, value);
  }
  std::vector<std::string> evaluate() { return texts(rules_->evaluate(now_ms_)); }

  static constexpr double none = std::numeric_limits<double>::quiet_NaN();
  series_memory memory_;
  std::unique_ptr<rule_set> rules_;
  std::int64_t now_ms_ = 1'700'000'000'000;
};

TEST_F(one_rule, fires_at_once_without_for_and_resolves_at_once) {
  use(rule_of("high", "x > 5"));
  EXPECT_THAT(next(5), IsEmpty());
  EXPECT_THAT(next(6), ElementsAre("firing high {of=a} 6"));
  EXPECT_THAT(next(7), IsEmpty());
  const auto all = rules_->alerts();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].value, 7);
  EXPECT_EQ(all[0].is, alert::state::firing);
  EXPECT_EQ(all[0].active_since_ms, now_ms_ - step_ms);
  EXPECT_EQ(all[0].firing_since_ms, now_ms_ - step_ms);
  EXPECT_EQ(all[0].held_last_ms, now_ms_);
  EXPECT_THAT(next(1), ElementsAre("resolved high {of=a} 7"));
  EXPECT_THAT(rules_->alerts(), IsEmpty());
}

TEST_F(one_rule, an_ended_series_holds_no_more) {
  use(rule_of("high", "x > 5"));
  EXPECT_THAT(next(6), ElementsAre("firing high {of=a} 6"));
  EXPECT_THAT(next(none), ElementsAre("resolved high {of=a} 6"));
}

TEST_F(one_rule, for_counts_from_the_first_evaluation_in_which_it_held) {
  rule r = rule_of("high", "x > 5");
  r.hold_ms = 2 * step_ms;
  use(std::move(r));
  EXPECT_THAT(next(6), ElementsAre("pending high {of=a} 6"));
  EXPECT_THAT(next(7), IsEmpty());
  EXPECT_EQ(rules_->alerts().at(0).is, alert::state::pending);
  EXPECT_EQ(rules_->alerts().at(0).firing_since_ms, 0);
  EXPECT_THAT(next(8), ElementsAre("firing high {of=a} 8"));
  EXPECT_EQ(rules_->alerts().at(0).active_since_ms, now_ms_ - 2 * step_ms);
  EXPECT_EQ(rules_->alerts().at(0).firing_since_ms, now_ms_);
}

TEST_F(one_rule, a_gap_clears_what_is_pending) {
  rule r = rule_of("high", "x > 5");
  r.hold_ms = 2 * step_ms;
  use(std::move(r));
  EXPECT_THAT(next(6), ElementsAre("pending high {of=a} 6"));
  EXPECT_THAT(next(6), IsEmpty());
  EXPECT_THAT(next(1), ElementsAre("cleared high {of=a} 6"));
  EXPECT_THAT(next(7), ElementsAre("pending high {of=a} 7"));
  EXPECT_THAT(next(7), IsEmpty());
  EXPECT_THAT(next(7), ElementsAre("firing high {of=a} 7"));
}

TEST_F(one_rule, keeps_firing_from_the_first_evaluation_in_which_it_did_not_hold) {
  rule r = rule_of("high", "x > 5");
  r.keep_firing_ms = 2 * step_ms;
  use(std::move(r));
  EXPECT_THAT(next(6), ElementsAre("firing high {of=a} 6"));
  EXPECT_THAT(next(1), IsEmpty());
  EXPECT_EQ(rules_->alerts().at(0).value, 6);
  EXPECT_EQ(rules_->alerts().at(0).held_last_ms, now_ms_ - step_ms);
  EXPECT_THAT(next(1), IsEmpty());
  EXPECT_THAT(next(7), IsEmpty()); // and begins anew
  EXPECT_THAT(next(1), IsEmpty());
  EXPECT_THAT(next(1), IsEmpty());
  EXPECT_THAT(next(1), ElementsAre("resolved high {of=a} 7"));
}

TEST_F(one_rule, keep_firing_for_keeps_nothing_pending) {
  rule r = rule_of("high", "x > 5");
  r.hold_ms = 2 * step_ms;
  r.keep_firing_ms = 5 * step_ms;
  use(std::move(r));
  EXPECT_THAT(next(6), ElementsAre("pending high {of=a} 6"));
  EXPECT_THAT(next(1), ElementsAre("cleared high {of=a} 6"));
}

TEST_F(one_rule, what_is_kept_firing_holds_no_more) {
  rule r = rule_of("high", "x > 5");
  r.hold_ms = step_ms;
  r.keep_firing_ms = 2 * step_ms;
  use(std::move(r));
  const label_list a{{"of", "a"}};
  EXPECT_FALSE(rules_->holds("high", a));
  next(6);
  EXPECT_TRUE(rules_->holds("high", a)) << "though it is pending only";
  EXPECT_THAT(next(6), ElementsAre("firing high {of=a} 6"));
  EXPECT_TRUE(rules_->holds("high", a));
  EXPECT_FALSE(rules_->holds("high", {{"of", "b"}}));
  EXPECT_FALSE(rules_->holds("low", a));
  EXPECT_THAT(next(1), IsEmpty());
  EXPECT_FALSE(rules_->holds("high", a));
  EXPECT_THAT(next(7), IsEmpty());
  EXPECT_TRUE(rules_->holds("high", a));
}

TEST_F(one_rule, nobody_knows_whether_it_holds_when_it_cannot_be_evaluated) {
  use(rule_of("both", "x * ignoring (of) y > 5"));
  now_ms_ += step_ms;
  put("x", "a", 3);
  put("y", "a", 2);
  evaluate();
  EXPECT_TRUE(rules_->holds("both", {}));
  put("y", "b", 2);
  evaluate();
  EXPECT_EQ(rules_->alerts().size(), 1u);
  EXPECT_FALSE(rules_->holds("both", {}));
}

TEST_F(one_rule, nobody_knows_it_of_too_large_a_result_either) {
  use(rule_of("all", "x > 5"));
  EXPECT_EQ(next(6).size(), 1u);
  for (std::size_t i = 0; i <= rule_set::most_alerts; ++i)
    put("x", cat("n", i), 6);
  evaluate();
  EXPECT_FALSE(rules_->holds("all", {{"of", "a"}}));
}

TEST_F(one_rule, times_counts_the_last_evaluations) {
  rule r = rule_of("high", "x > 5");
  r.times = 3;
  r.of = 5;
  use(std::move(r));
  EXPECT_THAT(next(6), IsEmpty());
  EXPECT_THAT(rules_->alerts(), IsEmpty());
  EXPECT_THAT(next(1), IsEmpty());
  EXPECT_THAT(next(7), IsEmpty());
  EXPECT_THAT(next(1), IsEmpty());
  EXPECT_THAT(next(8), ElementsAre("firing high {of=a} 8"));   // 1 0 1 0 1
  EXPECT_THAT(next(9), IsEmpty());                             // 0 1 0 1 1
  EXPECT_THAT(next(1), IsEmpty());                             // 1 0 1 1 0
  EXPECT_THAT(next(1), ElementsAre("resolved high {of=a} 9")); // 0 1 1 0 0
}

TEST_F(one_rule, times_goes_with_for) {
  rule r = rule_of("high", "x > 5");
  r.times = 2;
  r.of = 3;
  r.hold_ms = 2 * step_ms;
  use(std::move(r));
  EXPECT_THAT(next(6), IsEmpty());
  EXPECT_THAT(next(6), ElementsAre("pending high {of=a} 6"));
  EXPECT_THAT(next(1), IsEmpty()); // two of three still
  EXPECT_THAT(next(8), ElementsAre("firing high {of=a} 8"));
}

TEST_F(one_rule, sixty_four_evaluations_are_remembered) {
  rule r = rule_of("high", "x > 5");
  r.times = 64;
  r.of = 64;
  use(std::move(r));
  for (int i = 0; i < 63; ++i)
    EXPECT_THAT(next(6), IsEmpty());
  EXPECT_THAT(next(6), ElementsAre("firing high {of=a} 6"));
  EXPECT_THAT(next(1), ElementsAre("resolved high {of=a} 6"));
}

TEST_F(one_rule, labels_of_the_rule_stand_in_place_of_those_of_the_sample) {
  rule r = rule_of("high", "x > 5");
  r.labels = {{"of", "all"}, {"severity", "critical"}};
  use(std::move(r));
  EXPECT_THAT(next(6), ElementsAre("firing high {of=all,severity=critical} 6"));
}

TEST_F(one_rule, an_empty_label_of_the_rule_takes_it_away) {
  rule r = rule_of("high", "x > 5");
  r.labels = {{"of", ""}};
  use(std::move(r));
  EXPECT_THAT(next(6), ElementsAre("firing high {} 6"));
}

TEST_F(one_rule, two_samples_with_the_labels_of_one_alert_are_a_problem) {
  use(rule_of("any", "{of=\"a\"} > 5"));
  EXPECT_THAT(next(6), ElementsAre("firing any {of=a} 6"));
  now_ms_ += step_ms;
  put("x", "a", 7);
  put("y", "a", 8);
  EXPECT_THAT(evaluate(), IsEmpty());
  EXPECT_THAT(rules_->report(0).problem,
              HasSubstr("two samples give an alert with the same labels {of=\"a\"}"));
  EXPECT_EQ(rules_->report(0).failures_total, 1u);
  EXPECT_EQ(rules_->alerts().size(), 1u);
}

TEST_F(one_rule, a_failing_evaluation_leaves_what_fires_as_it_is) {
  use(rule_of("both", "x * ignoring (of) y > 5"));
  now_ms_ += step_ms;
  put("x", "a", 3);
  put("y", "a", 2);
  EXPECT_THAT(evaluate(), ElementsAre("firing both {} 6"));
  now_ms_ += step_ms;
  put("x", "a", 0);
  put("y", "a", 2);
  put("y", "b", 2);
  EXPECT_THAT(evaluate(), IsEmpty());
  EXPECT_THAT(rules_->report(0).problem, HasSubstr("several samples on the right side"));
  EXPECT_EQ(rules_->alerts().size(), 1u);
  memory_.end(memory_.find_or_make(labels("y", {{"of", "b"}}), now_ms_), now_ms_ + 1);
  now_ms_ += step_ms;
  EXPECT_THAT(evaluate(), ElementsAre("resolved both {} 6"));
  EXPECT_EQ(rules_->report(0).problem, "");
  EXPECT_EQ(rules_->report(0).evaluations_total, 3u);
  EXPECT_EQ(rules_->report(0).failures_total, 1u);
}

TEST_F(one_rule, too_large_a_result_changes_nothing) {
  use(rule_of("all", "x > 5"));
  EXPECT_EQ(next(6).size(), 1u);
  now_ms_ += step_ms;
  put("x", "a", 1);
  for (std::size_t i = 0; i <= rule_set::most_alerts; ++i)
    put("x", cat("n", i), 6);
  EXPECT_THAT(evaluate(), IsEmpty());
  EXPECT_THAT(rules_->report(0).problem, HasSubstr("1001 samples, more than 1000"));
  EXPECT_EQ(rules_->alerts().size(), 1u);
}

TEST_F(one_rule, alerts_that_are_kept_leave_no_room_for_more) {
  rule r = rule_of("all", "x > 5");
  r.keep_firing_ms = 2 * step_ms;
  use(std::move(r));
  for (std::size_t i = 0; i < 600; ++i)
    put("x", cat("old", i), 6);
  EXPECT_EQ(evaluate().size(), 600u);
  now_ms_ += step_ms;
  for (std::size_t i = 0; i < 600; ++i) {
    put("x", cat("old", i), 1);
    put("x", cat("new", i), 6);
  }
  EXPECT_EQ(evaluate().size(), 400u);
  EXPECT_THAT(rules_->report(0).problem, HasSubstr("no room for 200 more"));
  EXPECT_EQ(rules_->alerts().size(), 1000u);
  now_ms_ += 2 * step_ms; // the old ones go, and those left out come
  EXPECT_EQ(evaluate().size(), 800u);
  EXPECT_EQ(rules_->report(0).problem, "");
  EXPECT_EQ(rules_->alerts().size(), 600u);
}

TEST_F(one_rule, what_did_not_change_is_taken_over) {
  rule first = rule_of("high", "x > 5");
  first.hold_ms = 2 * step_ms;
  use(std::move(first));
  EXPECT_EQ(next(6).size(), 1u);
  const auto replace = [&](std::int64_t hold_ms) {
    rule r = rule_of("high", "x > 5");
    r.hold_ms = hold_ms;
    auto made = std::make_unique<rule_set>(only(std::move(r)), memory_);
    made->take_over(*rules_);
    rules_ = std::move(made);
  };
  replace(2 * step_ms);
  EXPECT_EQ(rules_->report(0).evaluations_total, 1u);
  EXPECT_THAT(next(6), IsEmpty());
  EXPECT_THAT(next(6), ElementsAre("firing high {of=a} 6"));
  replace(0);
  EXPECT_THAT(rules_->alerts(), IsEmpty());
  EXPECT_THAT(next(6), ElementsAre("firing high {of=a} 6"));
}

TEST(rule_set, what_is_not_taken_over_is_left_with_the_former) {
  series_memory memory;
  const auto set_of = [&](std::string_view expression_of_b) {
    std::vector<rule> rules;
    rules.push_back(test::rule_of("a", "x > 1"));
    rules.push_back(test::rule_of("b", std::string(expression_of_b)));
    return std::make_unique<rule_set>(std::move(rules), memory);
  };
  const auto former = set_of("x > 2");
  memory.append(memory.find_or_make(labels("x"), 1000), 1000, 3);
  EXPECT_THAT(texts(former->evaluate(1000)), ElementsAre("firing a {} 3", "firing b {} 3"));
  const auto next = set_of("x > 2.5");
  next->take_over(*former);
  ASSERT_EQ(former->alerts().size(), 1u);
  EXPECT_EQ(former->alerts()[0].rule, "b");
  EXPECT_EQ(former->alerts()[0].is, alert::state::firing);
  ASSERT_EQ(next->alerts().size(), 1u);
  EXPECT_EQ(next->alerts()[0].rule, "a");
}

TEST(rule_set, changes_and_alerts_come_in_the_order_of_the_rules) {
  series_memory memory;
  std::vector<rule> rules;
  rules.push_back(test::rule_of("z", "x > 1"));
  rules.push_back(test::rule_of("a", "x > 2"));
  rule_set set(std::move(rules), memory);
  memory.append(memory.find_or_make(labels("x"), 1000), 1000, 3);
  EXPECT_THAT(texts(set.evaluate(1000)), ElementsAre("firing z {} 3", "firing a {} 3"));
  ASSERT_EQ(set.alerts().size(), 2u);
  EXPECT_EQ(set.alerts()[0].rule, "z");
  ASSERT_EQ(set.alerts_of(1).size(), 1u);
  EXPECT_EQ(set.alerts_of(1)[0].rule, "a");
  EXPECT_EQ(set.size(), 2u);
  EXPECT_EQ(set.at(1).name, "a");
  EXPECT_EQ(set.report(1).samples, 1u);
}

} // namespace
} // namespace reeve::rules
