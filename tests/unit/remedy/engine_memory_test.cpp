// SPDX-License-Identifier: Apache-2.0
// What the next agent knows: from the audit log of one that was killed, and from the state that was saved.
#include "engine_fixture.hpp"

namespace reeve::remedy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(engine_test, what_was_begun_by_an_agent_that_was_killed_is_closed_and_not_repeated) {
  machine.ends_at_once.reset();
  rule("leak", {step("restart", "process:web")});
  fire("leak");
  e.reset();
  log = folder.open().value();
  make();
  machine.open.clear();
  e->apply(settings);
  EXPECT_THAT(audited(), ElementsAre("action_begins", "closed_unknown"));
  EXPECT_EQ(read_audit(folder.path(), {})->at(1).action_id, 1u);
  EXPECT_EQ(counted("restart", "leak", "unknown"), 1u);
  EXPECT_EQ(told(remedy_event::kind::closed_unknown), 1u);
  fire("leak"); // the next agent's rule fires again: the cooldown of the action that was begun holds
  pass(1min);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_EQ(refused(guard::cooldown, "leak"), 1u);
  EXPECT_THAT(folder.open().value()->take_pending(), IsEmpty());
}

// It is in the memory and in the audit log.
TEST_F(engine_test, an_action_that_was_begun_by_a_killed_agent_counts_once) {
  machine.ends_at_once.reset();
  rule("leak", {step("restart", "process:web")}, no_cooldown);
  settings.responses[0].settings.budget = 2;
  e->apply(settings);
  fire("leak");
  const std::string kept = e->to_text();
  log.reset();
  make();
  ASSERT_TRUE(e->from_text(kept));
  log = folder.open().value();
  e->use_audit_log(log.get());
  machine.open.clear();
  e->apply(settings);
  fire("leak");
  EXPECT_THAT(actions(), ElementsAre("restart web", "restart web"));
  machine.end_all();
  resolve("leak");
  fire("leak");
  EXPECT_EQ(refused(guard::budget, "leak"), 1u);
}

TEST_F(engine_test, a_command_is_in_the_audit_log_and_not_run_again_after_a_kill) {
  machine.ends_at_once.reset();
  rule("leak", {step("run")});
  settings.responses[0].settings.steps[0].command = {"/bin/clean", "{group}"};
  e->apply(settings);
  fire("leak", {{"group", "web"}});
  ASSERT_THAT(actions(), ElementsAre("run"));
  EXPECT_EQ(read_audit(folder.path(), {})->at(0).target.description, "/bin/clean web");
  EXPECT_EQ(events.back().target, "/bin/clean web");
  e.reset();
  log = folder.open().value();
  make();
  machine.open.clear();
  e->apply(settings);
  fire("leak", {{"group", "web"}});
  EXPECT_THAT(actions(), ElementsAre("run"));
  EXPECT_EQ(refused(guard::cooldown, "leak"), 1u);
}

TEST_F(engine_test, an_event_that_an_agent_did_not_live_to_tell_is_no_action) {
  rule("leak", {step("event"), step("restart", "process:web")}, 5min);
  settings.remedy.max_actions_per_hour = 1;
  e->apply(settings);
  audit_entry begun;
  begun.event = audit_event::action_begins;
  begun.source = "rule leak";
  begun.action = "event";
  begun.labels = {{"group", "web"}};
  log->append(begun).value();
  log = folder.open().value();
  e->use_audit_log(log.get());
  fire("leak", {{"group", "web"}});
  EXPECT_EQ(refused(guard::cooldown, "leak"), 1u);
  pass(7min);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
}

// All that the first one left is its audit log.
TEST_F(engine_test, an_external_alert_whose_action_was_begun_by_a_killed_agent_is_handled) {
  machine.ends_at_once.reset();
  rule("from-prometheus", {step("restart", "process:web")}, no_cooldown);
  ASSERT_TRUE(e->accept(alert_of("0a1b")));
  e->advance();
  ASSERT_THAT(actions(), SizeIs(1));
  e.reset();
  log = folder.open().value();
  make();
  machine.open.clear();
  e->apply(settings);
  ASSERT_TRUE(e->accept(alert_of("0a1b")));
  e->advance();
  EXPECT_THAT(actions(), SizeIs(1));
  external_alert later = alert_of("0a1b");
  later.starts_at = folder.time.unix_time() + 1s;
  ASSERT_TRUE(e->accept(later));
  e->advance();
  EXPECT_THAT(actions(), SizeIs(2));
}

TEST_F(engine_test, an_external_alert_that_has_a_step_left_begins_anew_with_the_next_agent) {
  rule("from-prometheus", {step("event", "", 5s), step("restart", "process:web")}, 5min);
  const auto next_agent = [&] {
    const std::string kept = e->to_text();
    make();
    ASSERT_TRUE(e->from_text(kept));
    e->apply(settings);
    ASSERT_TRUE(e->accept(alert_of("0a1b")));
    e->advance();
  };
  ASSERT_TRUE(e->accept(alert_of("0a1b")));
  e->advance();
  EXPECT_EQ(told(remedy_event::kind::told), 1u);
  next_agent();
  EXPECT_THAT(e->cases(), SizeIs(1));
  EXPECT_EQ(refused(guard::cooldown, "from-prometheus"), 1u) << "of the event";
  pass(4min);
  EXPECT_THAT(actions(), IsEmpty());
  pass(80s);
  EXPECT_EQ(told(remedy_event::kind::told), 2u);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  next_agent(); // and all is done
  EXPECT_THAT(e->cases(), IsEmpty());
  EXPECT_EQ(e->counters().duplicates_total, 1u);
}

// Which may be told out of order.
TEST_F(engine_test, an_external_alert_that_was_resolved_before_its_last_step_is_over) {
  rule("from-prometheus", {step("event", "", 5s), step("restart", "process:web")}, no_cooldown);
  ASSERT_TRUE(e->accept(alert_of("0a1b")));
  e->advance();
  ASSERT_TRUE(e->accept(alert_of("0a1b", false)));
  ASSERT_TRUE(e->accept(alert_of("0a1b")));
  EXPECT_THAT(e->cases(), IsEmpty());
}

TEST_F(engine_test, a_log_that_is_opened_anew_does_not_close_what_is_under_way) {
  machine.ends_at_once.reset();
  rule("leak", {step("restart", "process:web")});
  fire("leak");
  log = folder.open().value();
  e->use_audit_log(log.get());
  machine.end_all();
  EXPECT_THAT(audited(), ElementsAre("action_begins", "action_ended"));
}

TEST_F(engine_test, what_was_given_up_and_silenced_outlives_the_agent) {
  rule("leak", {step("restart", "process:web")}, no_cooldown);
  for (int i = 0; i < 5; ++i) {
    fire("leak");
    resolve("leak");
  }
  silence s;
  s.matchers = {{"rule", "h\"a\nng", true}, {"group", "", false}};
  s.until = folder.time.unix_time() + 1h;
  s.by = "anna \"x\"";
  s.comment = "two\nlines";
  ASSERT_TRUE(e->add_silence(s));
  const std::string kept = e->to_text();
  make();
  ASSERT_TRUE(e->from_text(kept));
  EXPECT_EQ(e->to_text(), kept);
  e->apply(settings);
  EXPECT_THAT(e->given_up(), ElementsAre("leak"));
  fire("leak");
  EXPECT_THAT(actions(), SizeIs(3));
  s.id = 1;
  EXPECT_THAT(e->silences(), ElementsAre(s));
}

// Written again, the two names would be one.
TEST_F(engine_test, a_state_with_texts_that_no_agent_writes_is_refused) {
  EXPECT_TRUE(e->from_text("reeve-remedy 1\ngiven_up \"leak\" \"it was\"\n.\n"));
  make();
  EXPECT_FALSE(e->from_text("reeve-remedy 1\ngiven_up \"leak\xff\" \"\"\ngiven_up \"leak\xe3\" \"\"\n.\n"));
  const std::string long_name(4097, 'a');
  EXPECT_FALSE(e->from_text("reeve-remedy 1\ngiven_up \"" + long_name + "\" \"\"\n.\n"));
  EXPECT_EQ(e->to_text(), "reeve-remedy 1\n.\n");
}

TEST_F(engine_test, a_state_that_is_torn_is_refused_whole) {
  rule("leak", {step("restart", "process:web")}, no_cooldown);
  fire("leak");
  const std::string kept = e->to_text();
  make();
  for (std::size_t length = 0; length + 1 < kept.size(); ++length)
    EXPECT_FALSE(e->from_text(kept.substr(0, length))) << length;
  EXPECT_EQ(e->to_text(), "reeve-remedy 1\n.\n");
}

TEST_F(engine_test, numbers_of_a_state_that_no_agent_writes_are_refused) {
  const auto state = [](std::string_view line) { return cat("reeve-remedy 1\n", line, "\n.\n"); };
  const std::string until = " 9223372036854775807 \"anna\" \"\" \"rule\" 1 \"leak\"";
  EXPECT_FALSE(e->from_text(state("silence 18446744073709551615" + until)));
  EXPECT_FALSE(e->from_text(state("silence 0" + until)));
  EXPECT_TRUE(e->from_text(state("silence 7" + until)));
  silence s = e->silences().at(0);
  EXPECT_EQ(e->add_silence(s).value(), 8u);
}

// The clock was wrong when it was noted: else the cooldown held until then.
TEST_F(engine_test, an_action_of_the_future_was_done_just_now) {
  rule("leak", {step("restart", "process:web")}, 5min);
  for (const char* at : {"9223372036854775807", "1795003600000000000"}) {
    make();
    e->apply(settings);
    const std::string line = cat("action ", at, " 0 0 \"leak\" \"process:web\"\n.\n");
    ASSERT_TRUE(e->from_text(cat("reeve-remedy 1\n", line)));
    machine.begun.clear();
    fire("leak");
    pass(4min);
    EXPECT_THAT(machine.begun, IsEmpty());
    pass(70s);
    EXPECT_THAT(actions(), ElementsAre("restart web"));
  }
  EXPECT_TRUE(e->from_text("reeve-remedy 1\naction -9223372036854775808 0 0 \"leak\" \"process:web\"\n.\n"));
}

// An agent reads it once more when it gets the folder that another one had.
TEST_F(engine_test, what_is_read_twice_counts_once) {
  rule("leak", {step("restart", "process:web")}, no_cooldown);
  fire("leak");
  ASSERT_TRUE(e->add_silence({0, {{"rule", "leak", true}}, folder.time.unix_time() + 1h, "anna", ""}));
  const std::string known = e->to_text();
  make();
  e->apply(settings);
  ASSERT_TRUE(e->from_text(known));
  ASSERT_TRUE(e->from_text(known));
  EXPECT_EQ(e->to_text(), known);
}

} // namespace
} // namespace reeve::remedy
