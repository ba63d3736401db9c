// SPDX-License-Identifier: Apache-2.0
// An alert that fires may fire for a condition that is gone, or of which nobody knows any more.
#include "engine_fixture.hpp"

namespace reeve::remedy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class engine_condition_test : public engine_test {
 protected:
  void SetUp() override {
    engine_test::SetUp();
    e->ask_conditions_of([this](const std::string& name, const rules::label_list& labels) {
      EXPECT_EQ(name, "leak");
      EXPECT_EQ(labels, (rules::label_list{{"of", "a"}}));
      return holds ? std::optional(evaluated) : std::nullopt;
    });
  }
  void evaluate(bool now_holds) {
    holds = now_holds;
    evaluated = folder.time.mono();
  }
  void fire_now() {
    evaluate(true);
    fire("leak", {{"of", "a"}});
  }

  bool holds = false;
  nanoseconds evaluated{0};
};

TEST_F(engine_condition_test, what_is_only_kept_firing_is_not_escalated) {
  rule("leak", {step("restart", "process:web"), step("stop", "process:web")});
  fire_now();
  pass(30s);
  evaluate(false);
  pass(10min);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_EQ(counted("restart", "leak", "ineffective"), 0u);
  resolve("leak", {{"of", "a"}});
  EXPECT_EQ(counted("restart", "leak", "succeeded"), 1u);
}

TEST_F(engine_condition_test, it_is_when_the_condition_comes_back) {
  rule("leak", {step("restart", "process:web"), step("stop", "process:web")});
  fire_now();
  pass(30s);
  evaluate(false);
  pass(60s);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  evaluate(true);
  pass(1s);
  EXPECT_THAT(actions(), ElementsAre("restart web", "stop web"));
  EXPECT_EQ(counted("restart", "leak", "ineffective"), 1u);
}

TEST_F(engine_condition_test, what_was_seen_before_an_action_had_settled_says_nothing_of_it) {
  rule("leak", {step("restart", "process:web", 10s), step("stop", "process:web", 10s)});
  fire_now();
  pass(9s);
  evaluate(true);
  pass(30s);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  evaluate(true);
  pass(1s);
  EXPECT_THAT(actions(), ElementsAre("restart web", "stop web"));
  EXPECT_THAT(e->given_up(), IsEmpty());
  pass(30s);
  EXPECT_THAT(e->given_up(), IsEmpty()) << "whether it was of help is not known";
  evaluate(true);
  pass(1s);
  EXPECT_THAT(e->given_up(), ElementsAre("leak"));
}

TEST_F(engine_condition_test, an_event_has_nothing_to_settle) {
  rule("leak", {step("event", "", 0s), step("restart", "process:web")});
  fire_now();
  pass(1s);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
}

TEST_F(engine_condition_test, what_a_guard_put_off_is_not_done_for_what_is_gone) {
  machine.targets.clear();
  rule("leak", {step("restart", "process:web")});
  fire_now();
  EXPECT_EQ(told(remedy_event::kind::refused), 1u);
  add_process("web", {12, 345});
  evaluate(false);
  pass(1min);
  EXPECT_THAT(actions(), IsEmpty());
  evaluate(true);
  pass(1s);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
}

TEST_F(engine_condition_test, it_is_asked_again_each_second_and_not_more_often) {
  rule("leak", {step("restart", "process:web")});
  fire_now();
  pass(59s);
  evaluate(false);
  pass(1s);
  EXPECT_EQ(e->next_wake(), folder.time.mono() + 1s);
}

TEST_F(engine_condition_test, external_alerts_hold_until_they_are_resolved) {
  rule("from-prometheus", {step("restart", "process:web"), step("stop", "process:web")});
  external_alert a;
  a.mapping = "from-prometheus";
  a.fingerprint = "f";
  a.starts_at = 1'794'999'000s;
  ASSERT_TRUE(e->accept(a));
  pass(61s);
  EXPECT_THAT(actions(), ElementsAre("restart web", "stop web"));
  ASSERT_EQ(told(remedy_event::kind::ineffective), 1u);
  const auto found = std::ranges::find(events, remedy_event::kind::ineffective, &remedy_event::what);
  EXPECT_EQ(found->why, "no \"resolved\" has come") << "whether its condition holds is not known here";
}

} // namespace
} // namespace reeve::remedy
