// SPDX-License-Identifier: Apache-2.0
// Steps, outcomes, what ends a case, and what is bounded.
#include "engine_fixture.hpp"

namespace reeve::remedy {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(engine_test, a_step_that_helps_ends_with_the_alert) {
  rule("leak", {step("restart", "process:web"), step("stop", "process:web")});
  fire("leak");
  pass(30s);
  resolve("leak");
  pass(10min);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_EQ(counted("restart", "leak", "succeeded"), 1u);
  EXPECT_EQ(told(remedy_event::kind::succeeded), 1u);
  EXPECT_THAT(e->cases(), IsEmpty());
  EXPECT_EQ(e->next_wake(), std::nullopt);
}

TEST_F(engine_test, a_dump_need_not_help) {
  rule("leak", {step("dump", "process:web"), step("restart", "process:web")});
  fire("leak");
  EXPECT_EQ(counted("dump", "leak", "succeeded"), 1u);
  pass(60s);
  EXPECT_THAT(actions(), ElementsAre("dump web", "restart web"));
  EXPECT_EQ(told(remedy_event::kind::ineffective), 0u);
  add_process("db", {30, 1});
  rule("hang", {step("dump", "process:db")});
  fire("hang");
  pass(61s);
  EXPECT_THAT(e->given_up(), ElementsAre("leak")) << "whose restart was no help";
}

TEST_F(engine_test, a_restart_that_does_not_help_escalates_and_is_then_given_up) {
  rule("leak", {step("event"), step("run"), step("restart", "process:web"), step("stop", "process:web")});
  settings.responses[0].settings.steps[1].command = {"/bin/clean", "{group}"};
  e->apply(settings);
  fire("leak", {{"group", "a b"}});
  EXPECT_THAT(actions(), IsEmpty());
  EXPECT_EQ(told(remedy_event::kind::told), 1u);
  ASSERT_THAT(e->cases(), SizeIs(1));
  EXPECT_EQ(e->cases()[0].taken, "event");
  EXPECT_EQ(e->cases()[0].step, "run /bin/clean");
  EXPECT_TRUE(e->cases()[0].may_act);
  pass(60s);
  EXPECT_THAT(actions(), ElementsAre("run"));
  EXPECT_THAT(machine.begun[0].command, ElementsAre("/bin/clean", "a b"));
  pass(60s);
  EXPECT_THAT(actions(), ElementsAre("run", "restart web"));
  pass(60s);
  EXPECT_THAT(actions(), ElementsAre("run", "restart web", "stop web"));
  EXPECT_THAT(e->given_up(), IsEmpty());
  pass(60s);
  EXPECT_THAT(e->given_up(), ElementsAre("leak"));
  EXPECT_EQ(e->why_given_up("leak"), "its last step was no help");
  EXPECT_EQ(e->why_given_up("other"), "");
  EXPECT_EQ(counted("restart", "leak", "ineffective"), 1u);
  EXPECT_EQ(counted("stop", "leak", "ineffective"), 1u);
  EXPECT_THAT(audited(), Contains("checked").Times(3));
  EXPECT_THAT(read_audit(folder.path(), {.target = "process:web", .outcome = "ineffective"}).value(),
              SizeIs(2));
  EXPECT_THAT(read_audit(folder.path(), {.target = "web", .outcome = "given_up"}).value(), SizeIs(1));
  EXPECT_THAT(audited(), Contains("given_up").Times(1));
  pass(1h);
  EXPECT_THAT(actions(), SizeIs(3));
  ASSERT_TRUE(e->reset("leak", "anna"));
  pass(10min);
  EXPECT_THAT(actions(), SizeIs(6));
}

TEST_F(engine_test, an_action_that_fails_leads_to_the_next_step) {
  machine.ends_at_once = error{errc::access_denied, "it may not", 0};
  rule("leak", {step("restart", "process:web"), step("stop", "process:web")});
  fire("leak");
  pass(60s);
  EXPECT_THAT(actions(), ElementsAre("restart web", "stop web"));
  EXPECT_EQ(counted("restart", "leak", "failed"), 1u);
  EXPECT_EQ(counted("restart", "leak", "ineffective"), 0u);
  EXPECT_EQ(told(remedy_event::kind::failed), 2u);
}

TEST_F(engine_test, a_restart_whose_target_is_not_healthy_is_no_success) {
  machine.health = target_health::unhealthy;
  rule("leak", {step("restart", "process:web"), step("stop", "process:web")});
  fire("leak");
  pass(30s);
  resolve("leak");
  EXPECT_EQ(counted("restart", "leak", "ineffective"), 1u);
  pass(10min);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
}

TEST_F(engine_test, resolved_while_an_action_is_under_way_kills_nothing) {
  machine.ends_at_once.reset();
  rule("leak", {step("restart", "process:web"), step("kill", "process:web")});
  fire("leak");
  resolve("leak");
  EXPECT_EQ(e->in_flight(), 1u);
  EXPECT_THAT(machine.cancelled, IsEmpty());
  machine.end_all();
  pass(10min);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_EQ(counted("restart", "leak", "succeeded"), 1u);
  EXPECT_THAT(audited(), ElementsAre("action_begins", "action_ended"));
}

TEST_F(engine_test, an_action_that_takes_too_long_is_cancelled) {
  machine.ends_at_once.reset();
  rule("leak", {step("restart", "process:web")});
  fire("leak");
  pass(59s);
  EXPECT_THAT(machine.cancelled, IsEmpty());
  pass(1s);
  EXPECT_THAT(machine.cancelled, ElementsAre(1u));
  EXPECT_EQ(counted("restart", "leak", "timed_out"), 1u);
  machine.end_all(); // late
  EXPECT_THAT(audited(), ElementsAre("action_begins", "action_ended"));
  const duration_histogram& h = e->counters().durations.at("restart");
  EXPECT_EQ(h.count, 1u);
  EXPECT_EQ(h.counts[6], 1u); // up to 60 s
  EXPECT_EQ(h.sum_seconds, 60);
}

TEST_F(engine_test, a_thousand_alerts_at_once_are_bounded) {
  machine.ends_at_once.reset();
  settings.remedy.max_actions_per_hour = 1000;
  rule("leak", {step("restart", "process:{p}")});
  for (int i = 0; i < 1200; ++i)
    add_process(cat("p", i), {200u + static_cast<unsigned>(i), 1});
  for (int i = 0; i < 1200; ++i)
    fire("leak", {{"p", cat("p", i)}});
  EXPECT_EQ(e->in_flight(), engine::most_in_flight);
  EXPECT_EQ(e->cases().size(), engine::most_cases);
  EXPECT_EQ(e->counters().alerts_dropped_total, 200u);
  EXPECT_EQ(refused(guard::queue, "leak"), 200u);
  // The others come as there is room, in their order.
  machine.end_all();
  e->advance();
  EXPECT_EQ(e->in_flight(), engine::most_in_flight);
  EXPECT_EQ(actions()[8], "restart p8");
  for (int i = 0; i < 1000; ++i) {
    machine.end_all();
    e->advance();
  }
  EXPECT_THAT(actions(), SizeIs(1000));
  EXPECT_FALSE(verify_audit(folder.path())->problem);
}

TEST_F(engine_test, an_alert_of_a_rule_that_found_no_room_is_dealt_with_when_there_is_some) {
  rule("full", {step("event")});
  rule("leak", {step("restart", "process:web")});
  for (std::size_t i = 0; i < engine::most_cases; ++i)
    fire("full", {{"n", cat(i)}});
  fire("leak", {{"of", "a"}});
  fire("leak", {{"of", "b"}});
  resolve("leak", {{"of", "b"}});
  fire("leak", {{"of", "c"}});
  change("leak", rules::alert_change::kind::withdrawn, {{"of", "c"}});
  pass(20s);
  EXPECT_THAT(actions(), IsEmpty());
  EXPECT_EQ(refused(guard::queue, "leak"), 3u) << "each once";
  const auto said = e->explain("leak").value();
  ASSERT_THAT(said.cases, SizeIs(1));
  EXPECT_EQ(said.cases[0].step, "restart process:web");
  EXPECT_EQ(said.cases[0].refused_by, "queue");
  ASSERT_THAT(said.cases[0].verdicts, SizeIs(1));
  EXPECT_EQ(said.cases[0].verdicts[0].why, "there are 1000 alerts in work already");
  rules::alert_change over;
  over.what = rules::alert_change::kind::resolved;
  over.who.rule = "full";
  over.who.labels = {{"n", "0"}};
  e->on_change(over);
  EXPECT_EQ(e->next_wake(), folder.time.mono());
  e->advance();
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_EQ(e->cases().size(), engine::most_cases);
  EXPECT_EQ(e->explain("leak")->cases[0].refused_by, "");
}

TEST_F(engine_test, an_alert_that_found_no_room_is_forgotten_with_its_rule) {
  rule("full", {step("event")});
  rule("leak", {step("restart", "process:web")});
  for (std::size_t i = 0; i < engine::most_cases; ++i)
    fire("full", {{"n", cat(i)}});
  fire("leak");
  e->apply({});
  e->advance();
  EXPECT_THAT(e->cases(), IsEmpty());
  EXPECT_EQ(e->next_wake(), std::nullopt);
}

TEST_F(engine_test, an_external_alert_about_which_all_is_done_gives_way_to_what_waits) {
  rule("from-prometheus", {step("event")}, no_cooldown);
  rule("leak", {step("restart", "process:web")});
  for (std::size_t i = 0; i < engine::most_cases; ++i)
    ASSERT_TRUE(e->accept(alert_of(cat(i))));
  fire("leak");
  EXPECT_EQ(refused(guard::queue, "leak"), 1u);
  pass(62s);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
}

TEST_F(engine_test, the_same_external_alert_acts_once_however_often_it_comes) {
  rule("from-prometheus", {step("restart", "process:web")}, no_cooldown);
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(e->accept(alert_of("0a1b")));
    pass(5s);
  }
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_EQ(e->counters().duplicates_total, 49u);
  // Nor after it was resolved, which may arrive out of order, nor by the next agent.
  ASSERT_TRUE(e->accept(alert_of("0a1b", false)));
  ASSERT_TRUE(e->accept(alert_of("0a1b")));
  const std::string kept = e->to_text();
  make();
  ASSERT_TRUE(e->from_text(kept));
  e->apply(settings);
  ASSERT_TRUE(e->accept(alert_of("0a1b")));
  pass(5s);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_EQ(read_audit(folder.path(), {})->at(0).source, "alert from-prometheus 0a1b");
}

TEST_F(engine_test, an_external_alert_that_begins_anew_is_another_one) {
  rule("from-prometheus", {step("restart", "process:web")}, no_cooldown);
  external_alert a = alert_of("0a1b");
  ASSERT_TRUE(e->accept(a));
  e->advance();
  a.starts_at += 1h;
  ASSERT_TRUE(e->accept(a));
  e->advance();
  EXPECT_THAT(actions(), SizeIs(2));
  EXPECT_THAT(e->cases(), SizeIs(1));
}

// A reload may have put another mapping in front of it, or have left none that matches.
TEST_F(engine_test, an_external_alert_is_resolved_whatever_mapping_its_end_has_led_to) {
  rule("from-prometheus", {step("event", "", 6s), step("restart", "process:web")}, no_cooldown);
  rule("nearer", {step("event")}, no_cooldown);
  for (const char* mapping : {"nearer", ""}) {
    ASSERT_TRUE(e->accept(alert_of(cat("of ", mapping))));
    e->advance();
    external_alert over = alert_of(cat("of ", mapping), false);
    over.mapping = mapping;
    ASSERT_TRUE(e->accept(over));
    EXPECT_THAT(e->cases(), IsEmpty());
  }
  pass(1min);
  EXPECT_THAT(actions(), IsEmpty());
}

TEST_F(engine_test, an_external_alert_that_begins_anew_with_another_mapping_is_over_with_the_former) {
  rule("from-prometheus", {step("event", "", 6s), step("restart", "process:web")});
  rule("nearer", {step("event")});
  ASSERT_TRUE(e->accept(alert_of("0a1b")));
  e->advance();
  external_alert later = alert_of("0a1b");
  later.mapping = "nearer";
  later.starts_at += 1h;
  ASSERT_TRUE(e->accept(later));
  ASSERT_THAT(e->cases(), SizeIs(1));
  EXPECT_EQ(e->cases()[0].source, "nearer");
  pass(1min);
  EXPECT_THAT(actions(), IsEmpty());
}

TEST_F(engine_test, an_external_alert_without_a_mapping_or_room_is_refused) {
  EXPECT_EQ(e->accept(alert_of("0a1b")).error().code, errc::not_found);
  rule("from-prometheus", {step("event")});
  for (std::size_t i = 0; i < engine::most_cases; ++i)
    ASSERT_TRUE(e->accept(alert_of(cat(i))));
  EXPECT_EQ(e->accept(alert_of("one more")).error().code, errc::limit);
}

TEST_F(engine_test, an_external_alert_that_waits_for_room_is_not_recorded_at_each_try) {
  rule("from-prometheus", {step("restart", "process:web")});
  for (std::size_t i = 0; i < engine::most_cases; ++i)
    ASSERT_TRUE(e->accept(alert_of(cat(i))));
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(e->accept(alert_of("one more")).error().code, errc::limit);
  EXPECT_EQ(e->counters().alerts_dropped_total, 0u);
  EXPECT_EQ(refused(guard::queue, "from-prometheus"), 0u);
  EXPECT_THAT(*read_audit(folder.path(), {}), IsEmpty());
}

// Nobody may ever say that they are resolved, and rules would have no room any more.
TEST_F(engine_test, external_alerts_about_which_all_is_done_give_way) {
  rule("from-prometheus", {step("event")}, no_cooldown);
  rule("leak", {step("restart", "process:web")});
  for (std::size_t i = 0; i < engine::most_cases; ++i)
    ASSERT_TRUE(e->accept(alert_of(cat(i))));
  pass(2min);
  fire("leak");
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_TRUE(e->accept(alert_of("one more")));
  EXPECT_EQ(e->cases().size(), engine::most_cases);
  EXPECT_EQ(e->counters().alerts_dropped_total, 0u);
  ASSERT_TRUE(e->accept(alert_of("0"))); // which has given way, and was acted on
  EXPECT_EQ(e->counters().duplicates_total, 1u);
}

TEST_F(engine_test, a_reload_in_the_middle_of_an_action_keeps_it) {
  machine.ends_at_once.reset();
  rule("leak", {step("restart", "process:web"), step("stop", "process:web")});
  fire("leak");
  settings.responses[0].settings.steps[1].action = "kill";
  e->apply(settings);
  EXPECT_EQ(e->in_flight(), 1u);
  EXPECT_THAT(machine.cancelled, IsEmpty());
  machine.end_all();
  pass(60s);
  EXPECT_THAT(actions(), ElementsAre("restart web", "kill web"));
}

TEST_F(engine_test, a_reload_that_takes_the_rule_away_ends_its_case_after_the_action) {
  machine.ends_at_once.reset();
  rule("leak", {step("restart", "process:web"), step("stop", "process:web")});
  fire("leak");
  e->apply({});
  EXPECT_EQ(e->in_flight(), 1u);
  machine.end_all();
  pass(10min);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_THAT(audited(), ElementsAre("action_begins", "action_ended"));
}

TEST_F(engine_test, a_reload_from_observe_to_act_begins_anew) {
  rule("leak", {step("restart", "process:web")});
  settings.responses[0].settings.mode = "observe";
  e->apply(settings);
  fire("leak");
  settings.responses[0].settings.mode = "act";
  e->apply(settings);
  e->advance();
  EXPECT_THAT(actions(), ElementsAre("restart web"));
}

TEST_F(engine_test, wakes_when_there_is_something_to_do) {
  rule("leak", {step("restart", "process:web", 2min), step("stop", "process:web")});
  EXPECT_EQ(e->next_wake(), std::nullopt);
  fire("leak");
  EXPECT_EQ(e->next_wake(), folder.time.mono() + 2min);
  folder.time.pass(2min);
  e->advance();
  EXPECT_THAT(actions(), ElementsAre("restart web", "stop web"));
}

TEST_F(engine_test, begun_actions_are_counted_from_0_on) {
  using counts = std::map<std::pair<std::string, std::string>, std::uint64_t>;
  rule("leak", {step("event"), step("restart", "process:web"), step("stop", "process:web")});
  EXPECT_EQ(e->counters().begun, (counts{{{"restart", "leak"}, 0}, {{"stop", "leak"}, 0}}));
  fire("leak");
  pass(1min);
  EXPECT_EQ(e->counters().begun, (counts{{{"restart", "leak"}, 1}, {{"stop", "leak"}, 0}}));
}

TEST_F(engine_test, an_event_alone_is_never_given_up) {
  rule("leak", {step("event")}, 1min);
  for (int i = 0; i < 10; ++i) {
    fire("leak");
    pass(61s);
    resolve("leak");
  }
  EXPECT_EQ(told(remedy_event::kind::told), 10u);
  EXPECT_THAT(e->given_up(), IsEmpty());
}

} // namespace
} // namespace reeve::remedy
