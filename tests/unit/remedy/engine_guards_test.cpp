// SPDX-License-Identifier: Apache-2.0
// Each guard as the engine asks it.
#include "engine_fixture.hpp"

namespace reeve::remedy {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(engine_test, acts_and_records_before_and_after) {
  rule("leak", {step("restart", "process:web")});
  fire("leak", {{"group", "web"}});
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  const auto read = read_audit(folder.path(), {}).value();
  ASSERT_THAT(read, SizeIs(2));
  EXPECT_EQ(read[0].event, audit_event::action_begins);
  EXPECT_EQ(read[0].source, "rule leak");
  EXPECT_EQ(read[0].value, "12.5");
  EXPECT_THAT(read[0].labels, ElementsAre(std::pair("group", "web")));
  EXPECT_EQ(read[0].target, (audit_target{"process", "web", 12, 345, "process 12 (web)"}));
  EXPECT_THAT(read[0].passed, SizeIs(9));
  EXPECT_EQ(read[1].event, audit_event::action_ended);
  EXPECT_EQ(read[1].action_id, read[0].seq);
  EXPECT_EQ(read[1].outcome, "succeeded");
}

TEST_F(engine_test, observe_says_once_for_each_step_what_it_would_do) {
  rule("leak", {step("restart", "process:web"), step("stop", "process:web")});
  settings.responses[0].settings.mode = "";
  e->apply(settings);
  fire("leak");
  pass(30s);
  EXPECT_THAT(machine.begun, IsEmpty());
  EXPECT_THAT(audited(), ElementsAre("observed"));
  EXPECT_EQ(read_audit(folder.path(), {})->at(0).outcome, "would restart process:web");
  pass(10min);
  EXPECT_THAT(audited(), ElementsAre("observed", "observed"));
  EXPECT_EQ(told(remedy_event::kind::would_act), 2u);
  EXPECT_EQ(refused(guard::mode, "leak"), 2u);
  EXPECT_THAT(machine.begun, IsEmpty());
  EXPECT_THAT(e->given_up(), IsEmpty());
}

TEST_F(engine_test, observe_says_which_guard_would_have_refused) {
  rule("leak", {step("restart", "process:web")});
  settings.responses[0].settings.mode = "observe";
  settings.remedy.protect = {"web"};
  e->apply(settings);
  fire("leak");
  EXPECT_THAT(audited(), ElementsAre("observed protected"));
}

TEST_F(engine_test, the_mode_of_all_rules_is_taken_unless_a_rule_has_its_own) {
  rule("leak", {step("restart", "process:web")});
  settings.responses[0].settings.mode = "";
  settings.remedy.mode = "act";
  e->apply(settings);
  fire("leak");
  EXPECT_THAT(actions(), ElementsAre("restart web"));
}

TEST_F(engine_test, never_acts_on_itself_or_what_it_runs_beneath) {
  add_process("me", {100, 1});
  add_process("above", {50, 1});
  rule("a", {step("kill", "process:me")});
  rule("b", {step("kill", "process:above")});
  fire("a");
  fire("b");
  EXPECT_THAT(machine.begun, IsEmpty());
  EXPECT_EQ(refused(guard::protected_name, "a"), 1u);
  EXPECT_EQ(refused(guard::protected_name, "b"), 1u);
  EXPECT_THAT(audited(), ElementsAre("refused protected", "refused protected"));
}

TEST_F(engine_test, one_service_by_two_names_is_one_target) {
  for (const char* name : {"nginx", "nginx.service"})
    machine.targets.emplace(cat("service:", name),
                            target{target_kind::service, name, {}, name, {}, false, {}, {}});
  machine.ends_at_once.reset();
  rule("a", {step("restart", "service:nginx")});
  rule("b", {step("stop", "service:nginx.service")});
  fire("a");
  fire("b");
  EXPECT_THAT(actions(), ElementsAre("restart nginx"));
  EXPECT_EQ(refused(guard::in_flight, "b"), 1u);
}

TEST_F(engine_test, a_refusal_is_told_once_and_asked_again) {
  settings.remedy.protect = {"web"};
  rule("leak", {step("restart", "process:web"), step("kill", "process:web")});
  fire("leak");
  pass(5min);
  EXPECT_THAT(audited(), ElementsAre("refused protected"));
  EXPECT_EQ(refused(guard::protected_name, "leak"), 1u);
  settings.remedy.protect.clear();
  e->apply(settings);
  pass(11s);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
}

TEST_F(engine_test, a_missing_label_or_target_is_a_refusal) {
  rule("leak", {step("restart", "process:{group}")});
  rule("hang", {step("restart", "process:{group}")});
  fire("leak");
  EXPECT_EQ(last_why(), "the alert has no label \"group\"");
  fire("hang", {{"group", "db"}});
  EXPECT_EQ(last_why(), "nothing is process:db");
  EXPECT_EQ(refused(guard::target, "leak"), 1u);
  EXPECT_EQ(refused(guard::target, "hang"), 1u);
}

TEST_F(engine_test, a_reused_pid_is_not_the_process_of_the_series) {
  add_bare("series", target_kind::series, {77, 999});
  rule("leak", {step("kill", "series")});
  fire("leak", {{"pid", "77"}, {"start", "345"}});
  EXPECT_THAT(machine.begun, IsEmpty());
  EXPECT_EQ(refused(guard::identity, "leak"), 1u);
  fire("leak", {{"pid", "77"}, {"start", "999"}});
  EXPECT_THAT(actions(), SizeIs(1));
  EXPECT_EQ(machine.begun[0].who.id, (process_id{77, 999}));
}

TEST_F(engine_test, a_process_that_began_after_the_alert_is_not_the_one_that_it_is_about) {
  add_bare("series", target_kind::series, {31, 7});
  rule("leak", {step("stop", "series")});
  machine.targets.at("series").age = 10s;
  rules::alert_change c;
  c.what = rules::alert_change::kind::firing;
  c.who.rule = "leak";
  c.who.labels = {{"pid", "31"}};
  const auto now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(folder.time.unix_time()).count();
  c.who.active_since_ms = now_ms - 11'000;
  e->on_change(c);
  e->advance();
  EXPECT_THAT(machine.begun, IsEmpty());
  EXPECT_EQ(refused(guard::identity, "leak"), 1u);
  resolve("leak", {{"pid", "31"}});
  c.who.active_since_ms = now_ms - 9'000;
  e->on_change(c);
  e->advance();
  EXPECT_THAT(machine.begun, SizeIs(1));
}

// Only a pid leads to both: the one was there before the alert, the other has come after it.
TEST_F(engine_test, a_clock_that_is_set_makes_no_process_older_or_younger_than_its_alert) {
  add_bare("series", target_kind::series, {31, 7});
  rule("leak", {step("stop", "series")});
  rules::alert_change c;
  c.what = rules::alert_change::kind::firing;
  c.who.rule = "leak";
  const auto alert_of = [&](const char* pid) {
    c.who.labels = {{"pid", pid}};
    c.who.active_since_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(folder.time.unix_time()).count() - 60'000;
    e->on_change(c);
  };
  machine.targets.at("series").age = 59s;
  alert_of("31");
  folder.time.set_by(-1h);
  e->advance();
  EXPECT_THAT(machine.begun, IsEmpty());
  EXPECT_EQ(refused(guard::identity, "leak"), 1u);
  resolve("leak", {{"pid", "31"}});
  machine.targets.at("series").age = 61s;
  alert_of("31");
  folder.time.set_by(2h);
  e->advance();
  EXPECT_THAT(machine.begun, SizeIs(1));
}

TEST_F(engine_test, how_long_a_process_is_looked_up_does_not_make_it_younger_than_its_alert) {
  add_bare("series", target_kind::series, {31, 7});
  rule("leak", {step("stop", "series")});
  machine.targets.at("series").age = 1s;
  machine.while_it_looks = [&] { folder.time.pass(20ms); };
  rules::alert_change c;
  c.what = rules::alert_change::kind::firing;
  c.who.rule = "leak";
  c.who.labels = {{"pid", "31"}};
  c.who.active_since_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(folder.time.unix_time()).count() - 1'000;
  e->on_change(c);
  e->advance();
  EXPECT_EQ(refused(guard::identity, "leak"), 0u);
  EXPECT_THAT(machine.begun, SizeIs(1));
}

TEST_F(engine_test, a_pid_without_its_start_is_that_of_whom_it_led_to_first) {
  add_bare("series", target_kind::series, {31, 7});
  rule("leak", {step("stop", "series")});
  settings.remedy.protect = {"java"};
  e->apply(settings);
  fire("leak", {{"pid", "31"}});
  settings.remedy.protect.clear();
  e->apply(settings);
  add_bare("series", target_kind::series, {31, 8});
  pass(11s);
  EXPECT_THAT(machine.begun, IsEmpty());
  EXPECT_EQ(refused(guard::identity, "leak"), 1u);
}

TEST_F(engine_test, a_port_that_another_process_has_taken_meanwhile_is_left_alone) {
  add_bare("port:8080", target_kind::port, {77, 1});
  rule("taken", {step("stop", "port:8080")});
  machine.shuts_down = true; // it is decided, and has to wait
  fire("taken");
  EXPECT_EQ(refused(guard::shutdown, "taken"), 1u);
  add_bare("port:8080", target_kind::port, {78, 2});
  machine.shuts_down = false;
  pass(11s);
  EXPECT_THAT(machine.begun, IsEmpty());
  EXPECT_EQ(refused(guard::identity, "taken"), 1u);
}

TEST_F(engine_test, steps_may_have_different_targets) {
  add_bare("port:8080", target_kind::port, {77, 1});
  add_bare("file:/x", target_kind::file, {78, 2});
  rule("taken", {step("stop", "port:8080"), step("stop", "file:/x")});
  fire("taken");
  pass(1min);
  ASSERT_THAT(machine.begun, SizeIs(2));
  EXPECT_EQ(machine.begun[1].who.id, (process_id{78, 2}));
  EXPECT_EQ(refused(guard::identity, "taken"), 0u);
}

TEST_F(engine_test, two_rules_on_one_target_join) {
  machine.ends_at_once.reset();
  rule("leak", {step("restart", "process:web"), step("stop", "process:web")});
  rule("hang", {step("restart", "process:web"), step("stop", "process:web")});
  fire("leak");
  fire("hang");
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_THAT(audited(), ElementsAre("action_begins", "refused in_flight"));
  machine.end_all();
  pass(30s);
  resolve("leak");
  resolve("hang");
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_EQ(counted("restart", "leak", "succeeded"), 1u);
}

TEST_F(engine_test, a_rule_that_wants_something_else_waits_and_asks_again) {
  machine.ends_at_once.reset();
  rule("leak", {step("restart", "process:web", 10min)});
  rule("hang", {step("stop", "process:web")});
  fire("leak");
  fire("hang");
  machine.end_all();
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  pass(61s);
  EXPECT_THAT(actions(), ElementsAre("restart web", "stop web"));
}

TEST_F(engine_test, cooldown_holds_back_and_ends) {
  rule("leak", {step("restart", "process:web")});
  fire("leak");
  resolve("leak");
  fire("leak");
  EXPECT_THAT(actions(), SizeIs(1));
  EXPECT_EQ(refused(guard::cooldown, "leak"), 1u);
  pass(5min);
  EXPECT_THAT(actions(), SizeIs(1 + 1));
}

TEST_F(engine_test, rules_share_the_budget_of_a_target) {
  add_process("db", {30, 1});
  rule("leak", {step("restart", "process:web")}, no_cooldown);
  rule("hang", {step("restart", "process:{name}")}, no_cooldown);
  for (int i = 0; i < 3; ++i) {
    fire("leak");
    resolve("leak");
  }
  fire("hang", {{"name", "web"}});
  EXPECT_EQ(refused(guard::budget, "hang"), 1u);
  EXPECT_THAT(actions(), SizeIs(3));
  ASSERT_TRUE(e->reset("leak", "anna")); // what was done to it counts for nobody any more
  ASSERT_TRUE(e->reset("hang", "anna"));
  pass(11s);
  EXPECT_THAT(actions(), SizeIs(4));
  fire("hang", {{"name", "db"}});
  EXPECT_EQ(actions().back(), "restart db");
}

// Somebody starts what held the port again each time: it is a process with another number.
TEST_F(engine_test, a_port_has_its_cooldown_and_budget_whoever_holds_it) {
  rule("taken", {step("stop", "port:8080")}, 1min);
  for (std::uint32_t i = 0; i < 10; ++i) {
    add_bare("port:8080", target_kind::port, {31 + i, 7});
    fire("taken");
    pass(30s);
    resolve("taken");
    pass(30s);
    if (i == 0) { // the next agent knows of it
      const std::string known = e->to_text();
      make();
      e->apply(settings);
      ASSERT_TRUE(e->from_text(known));
    }
  }
  EXPECT_THAT(machine.begun, SizeIs(3));
  EXPECT_THAT(e->given_up(), ElementsAre("taken"));
  // What one rule has spent of it another one has no more of, until it is reset.
  rule("other", {step("stop", "port:8080")});
  fire("other");
  EXPECT_THAT(e->given_up(), ElementsAre("other", "taken"));
  ASSERT_TRUE(e->reset("other", "anna"));
  pass(11s);
  EXPECT_THAT(machine.begun, SizeIs(4));
}

TEST_F(engine_test, a_flapping_metric_is_given_up_until_a_reset) {
  rule("leak", {step("restart", "process:web")}, 1min);
  for (int i = 0; i < 20; ++i) {
    fire("leak");
    pass(30s);
    resolve("leak");
    pass(30s);
  }
  EXPECT_THAT(actions(), SizeIs(3));
  EXPECT_THAT(e->given_up(), ElementsAre("leak"));
  EXPECT_EQ(told(remedy_event::kind::given_up), 1u);
  EXPECT_THAT(audited(), Contains("given_up").Times(1));
  pass(2h);
  fire("leak");
  EXPECT_THAT(actions(), SizeIs(3));
  ASSERT_TRUE(e->reset("leak", "command line, anna"));
  e->advance();
  EXPECT_THAT(actions(), SizeIs(4));
  EXPECT_THAT(e->given_up(), IsEmpty());
  EXPECT_FALSE(e->reset("none", "anna"));
}

TEST_F(engine_test, the_agent_has_a_budget_of_its_own) {
  settings.remedy.max_actions_per_hour = 20;
  for (int i = 0; i < 30; ++i)
    add_process(cat("p", i), {200u + static_cast<unsigned>(i), 1});
  rule("leak", {step("restart", "process:{p}")});
  for (int i = 0; i < 30; ++i)
    fire("leak", {{"p", cat("p", i)}});
  EXPECT_THAT(actions(), SizeIs(20));
  EXPECT_THAT(e->given_up(), ElementsAre("leak"));
  pass(61min);
  EXPECT_THAT(actions(), SizeIs(20));
}

TEST_F(engine_test, maintenance_and_silences_hold_back_and_end) {
  maintenance_window w;
  w.settings.name = "nights";
  w.settings.from = 11h;
  w.settings.to = 12h;
  w.settings.rules = {"leak"};
  w.zone.offsets = {{os::zone_begin, 0s}};
  settings.windows = {w};
  rule("leak", {step("restart", "process:web")});
  fire("leak"); // at 11:06:40
  EXPECT_EQ(last_why(), "the maintenance nights goes on until 12:00 local time");
  pass(50min);
  EXPECT_THAT(actions(), IsEmpty());
  pass(5min);
  EXPECT_THAT(actions(), SizeIs(1));

  silence s;
  s.matchers = {{"rule", "hang", true}};
  s.until = folder.time.unix_time() + 10min;
  s.by = "command line, anna";
  ASSERT_TRUE(e->add_silence(s));
  add_process("db", {30, 1});
  rule("hang", {step("restart", "process:db")});
  fire("hang");
  EXPECT_THAT(last_why(), HasSubstr("the silence 1 of rule=\"hang\" by command line, anna until"));
  pass(11min);
  EXPECT_THAT(actions(), Contains("restart db"));
  EXPECT_THAT(audited(), Contains("silenced"));
}

TEST_F(engine_test, a_silence_that_is_taken_back_is_over) {
  silence s;
  s.matchers = {{"rule", "leak", true}};
  s.until = folder.time.unix_time() + 1h;
  s.by = "anna";
  const auto id = e->add_silence(s).value();
  rule("leak", {step("restart", "process:web")});
  fire("leak");
  EXPECT_FALSE(e->remove_silence(id + 1, "anna"));
  ASSERT_TRUE(e->remove_silence(id, "anna"));
  EXPECT_EQ(events.back().what, remedy_event::kind::silenced);
  EXPECT_EQ(last_why(), "the silence 1 was taken back by anna");
  pass(11s);
  EXPECT_THAT(actions(), SizeIs(1));
}

TEST_F(engine_test, nothing_is_done_while_the_system_shuts_down) {
  machine.shuts_down = true;
  rule("leak", {step("restart", "process:web")});
  fire("leak");
  pass(1min);
  EXPECT_THAT(machine.begun, IsEmpty());
  EXPECT_THAT(audited(), ElementsAre("refused shutdown"));
}

TEST_F(engine_test, an_action_that_cannot_be_recorded_is_refused) {
  rule("leak", {step("restart", "process:web")});
  e->use_audit_log(nullptr);
  fire("leak");
  pass(1min);
  EXPECT_THAT(machine.begun, IsEmpty());
  EXPECT_EQ(refused(guard::audit, "leak"), 1u);
  EXPECT_EQ(told(remedy_event::kind::audit_failed), 1u);
  EXPECT_GT(e->counters().audit_failures_total, 1u);
  e->use_audit_log(log.get());
  pass(11s);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
}

TEST_F(engine_test, an_action_that_cannot_be_recorded_is_done_where_the_configuration_says_so) {
  settings.remedy.on_audit_failure = "act";
  rule("leak", {step("restart", "process:web")});
  e->use_audit_log(nullptr);
  fire("leak");
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_EQ(told(remedy_event::kind::audit_failed), 1u);
}

} // namespace
} // namespace reeve::remedy
