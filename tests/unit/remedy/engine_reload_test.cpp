// SPDX-License-Identifier: Apache-2.0
// Rules that are taken out or changed while something is done about them.
#include "engine_fixture.hpp"

namespace reeve::remedy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto withdrawn = rules::alert_change::kind::withdrawn;

TEST_F(engine_test, no_further_step_is_taken_for_a_rule_that_was_taken_out) {
  rule("leak", {step("restart", "process:web"), step("stop", "process:web")});
  fire("leak");
  settings.responses.clear();
  e->apply(settings);
  pass(10min);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_THAT(e->cases(), IsEmpty());
  EXPECT_THAT(audited(), ElementsAre("action_begins", "action_ended", "checked"));
  const audit_entry last = read_audit(folder.path(), {})->back();
  EXPECT_EQ(last.outcome, "unknown");
  EXPECT_EQ(last.why, "the rule was taken out of the configuration");
  EXPECT_EQ(last.action_id, 1u);
  EXPECT_EQ(counted("restart", "leak", "unknown"), 1u);
  change("leak", withdrawn); // of which the rules tell afterwards
  EXPECT_THAT(audited(), ElementsAre("action_begins", "action_ended", "checked"));
}

TEST_F(engine_test, an_action_of_a_rule_that_was_taken_out_is_finished_and_recorded) {
  machine.ends_at_once.reset();
  rule("leak", {step("restart", "process:web"), step("stop", "process:web")});
  fire("leak");
  settings.responses.clear();
  e->apply(settings);
  EXPECT_THAT(machine.cancelled, IsEmpty());
  EXPECT_EQ(e->in_flight(), 1u);
  machine.end_all();
  pass(10min);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_THAT(audited(), ElementsAre("action_begins", "action_ended"));
  EXPECT_EQ(counted("restart", "leak", "succeeded"), 1u);
  EXPECT_EQ(verify_audit(folder.path())->not_ended, 0u);
}

TEST_F(engine_test, an_alert_of_a_condition_that_was_changed_ends_without_a_success) {
  rule("leak", {step("restart", "process:web"), step("stop", "process:web")});
  fire("leak");
  change("leak", withdrawn);
  pass(10min);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_EQ(counted("restart", "leak", "unknown"), 1u);
  EXPECT_EQ(counted("restart", "leak", "succeeded"), 0u);
  EXPECT_EQ(told(remedy_event::kind::succeeded), 0u);
  EXPECT_EQ(read_audit(folder.path(), {})->back().why, "the rule was changed");
}

TEST_F(engine_test, a_condition_that_was_changed_and_holds_begins_anew_behind_the_cooldown) {
  rule("leak", {step("restart", "process:web"), step("stop", "process:web")}, 5min);
  fire("leak");
  change("leak", withdrawn);
  fire("leak");
  pass(4min);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_EQ(refused(guard::cooldown, "leak"), 1u);
  pass(70s);
  EXPECT_THAT(actions(), ElementsAre("restart web", "restart web"));
}

TEST_F(engine_test, steps_that_were_changed_begin_anew_behind_the_cooldown) {
  rule("leak", {step("restart", "process:web", 10min)}, 5min);
  fire("leak");
  settings.responses[0].settings.steps.push_back(step("stop", "process:web"));
  e->apply(settings);
  pass(4min);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_EQ(refused(guard::cooldown, "leak"), 1u);
  pass(70s);
  EXPECT_THAT(actions(), ElementsAre("restart web", "restart web"));
}

// The step after it is another one, and may be harder.
TEST_F(engine_test, steps_that_were_changed_during_an_action_begin_anew_after_it) {
  machine.ends_at_once.reset();
  rule("leak", {step("restart", "process:web"), step("event"), step("event"), step("kill", "process:web")},
       no_cooldown);
  fire("leak");
  settings.responses[0].settings.steps.erase(settings.responses[0].settings.steps.begin());
  settings.responses[0].settings.steps.erase(settings.responses[0].settings.steps.begin());
  e->apply(settings); // event, kill
  machine.end_all();
  pass(59s);
  EXPECT_EQ(told(remedy_event::kind::ineffective), 0u) << "it has the time that it was given";
  pass(1s);
  EXPECT_EQ(counted("restart", "leak", "ineffective"), 1u);
  EXPECT_EQ(told(remedy_event::kind::told), 1u);
  pass(59s);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  pass(1s);
  EXPECT_THAT(actions(), ElementsAre("restart web", "kill web"));
}

TEST_F(engine_test, what_was_given_up_because_nothing_helped_begins_anew_with_other_steps) {
  machine.ends_at_once = error{errc::failed, "no", 0};
  rule("leak", {step("restart", "process:web")}, no_cooldown);
  fire("leak");
  pass(61s);
  ASSERT_THAT(e->given_up(), ElementsAre("leak"));
  machine.ends_at_once = result<>();
  settings.responses[0].settings.steps = {step("stop", "process:web")};
  e->apply(settings);
  EXPECT_THAT(e->given_up(), IsEmpty());
  e->advance();
  EXPECT_THAT(actions(), ElementsAre("restart web", "stop web"));
}

TEST_F(engine_test, what_was_given_up_because_of_a_budget_is_not_brought_back_by_other_steps) {
  rule("leak", {step("restart", "process:web", 1s), step("restart", "process:web", 1s)}, no_cooldown);
  settings.responses[0].settings.budget = 1;
  e->apply(settings);
  fire("leak");
  pass(2s);
  ASSERT_THAT(e->given_up(), ElementsAre("leak"));
  settings.responses[0].settings.steps = {step("event"), step("stop", "process:web")};
  e->apply(settings);
  pass(2min);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_THAT(e->given_up(), ElementsAre("leak"));
  EXPECT_EQ(e->cases()[0].taken, "") << "none of these was";
}

TEST_F(engine_test, what_was_given_up_is_forgotten_with_its_rule) {
  rule("leak", {step("restart", "process:web")}, no_cooldown);
  for (int i = 0; i < 5; ++i) {
    fire("leak");
    resolve("leak");
  }
  ASSERT_THAT(e->given_up(), ElementsAre("leak"));
  settings.responses.clear();
  const std::uint64_t before = e->version();
  e->apply(settings);
  EXPECT_THAT(e->given_up(), IsEmpty());
  EXPECT_NE(e->version(), before);
}

} // namespace
} // namespace reeve::remedy
