// SPDX-License-Identifier: Apache-2.0
// What the engine says of what it has done and would do.
#include "engine_fixture.hpp"

namespace reeve::remedy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(engine_test, explains_what_comes_next_and_what_the_guards_say) {
  rule("leak", {step("restart", "process:web"), step("stop", "process:web")});
  settings.remedy.protect = {"web"};
  e->apply(settings);
  fire("leak", {{"group", "web"}});
  const std::string before = e->to_text();
  const auto said = e->explain("leak").value();
  EXPECT_EQ(said.mode, "act");
  EXPECT_THAT(said.steps, ElementsAre("restart process:web", "stop process:web"));
  ASSERT_THAT(said.cases, SizeIs(1));
  EXPECT_EQ(said.cases[0].step, "restart process:web");
  EXPECT_EQ(said.cases[0].next_look_in, 10s);
  const auto refusing = std::ranges::find(said.cases[0].verdicts, false, &verdict::passes);
  ASSERT_NE(refusing, said.cases[0].verdicts.end());
  EXPECT_EQ(refusing->which, guard::protected_name);
  EXPECT_EQ(e->to_text(), before);
  EXPECT_THAT(machine.begun, IsEmpty());
  EXPECT_FALSE(e->explain("none"));
}

TEST_F(engine_test, explains_what_the_guards_say_of_the_step_that_comes_next) {
  settings.remedy.protect = {"web"};
  rule("leak", {step("event"), step("restart", "process:{name}")});
  fire("leak", {{"name", "web"}});
  const auto said = e->explain("leak").value();
  ASSERT_THAT(said.cases, SizeIs(1));
  EXPECT_EQ(said.cases[0].step, "restart process:web");
  const auto refusing = std::ranges::find(said.cases[0].verdicts, false, &verdict::passes);
  ASSERT_NE(refusing, said.cases[0].verdicts.end());
  EXPECT_EQ(refusing->which, guard::protected_name);
}

TEST_F(engine_test, tells_what_came_of_a_step_and_what_holds_the_next_one_up) {
  machine.ends_at_once = error{errc::failed, "no", 0};
  rule("leak", {step("restart", "process:web"), step("stop", "process:none")});
  fire("leak");
  EXPECT_EQ(e->cases()[0].taken, "restart process:web");
  EXPECT_EQ(e->cases()[0].outcome, "has failed");
  EXPECT_EQ(e->cases()[0].refused_by, "");
  pass(1min);
  EXPECT_EQ(e->cases()[0].step, "stop process:none");
  EXPECT_EQ(e->cases()[0].refused_by, "target");
  EXPECT_EQ(e->cases()[0].outcome, "has failed") << "of the step before";
}

TEST_F(engine_test, tells_for_how_many_of_its_alerts_a_rule_was_given_up) {
  add_process("db", {30, 1});
  rule("leak", {step("restart", "process:{name}")});
  fire("leak", {{"name", "web"}});
  pass(61s);
  EXPECT_EQ(e->why_given_up("leak"), "its last step was no help");
  fire("leak", {{"name", "db"}});
  EXPECT_THAT(actions(), ElementsAre("restart web", "restart db"));
  EXPECT_EQ(e->why_given_up("leak"), "its last step was no help for 1 of its 2 alerts");
  EXPECT_EQ(e->explain("leak")->given_up, "its last step was no help for 1 of its 2 alerts");
}

TEST_F(engine_test, tells_of_an_observed_step_that_it_would_have_been_refused) {
  settings.remedy.protect = {"web"};
  rule("leak", {step("restart", "process:web")});
  settings.responses[0].settings.mode = "observe";
  add_process("db", {30, 1});
  rule("hang", {step("restart", "process:db")});
  settings.responses[1].settings.mode = "observe";
  e->apply(settings);
  fire("leak");
  fire("hang");
  EXPECT_EQ(e->cases()[0].outcome, "would have been refused by protected");
  EXPECT_EQ(e->cases()[1].outcome, "would have been done");
  const auto said = e->explain("leak").value();
  ASSERT_THAT(said.cases, SizeIs(1));
  EXPECT_TRUE(std::ranges::any_of(said.cases[0].verdicts, [](const verdict& v) {
    return v.which == guard::protected_name && !v.passes;
  }));
}

TEST_F(engine_test, calls_a_rule_quiet_only_where_all_of_its_alerts_are) {
  rule("leak", {step("restart", "process:web")});
  const auto silence_of = [&](std::vector<label_matcher> matchers) {
    silence s;
    s.matchers = std::move(matchers);
    s.until = folder.time.unix_time() + 1h;
    return e->add_silence(s).value();
  };
  silence_of({{"dev", "", true}});
  silence_of({{"rule", "leak", true}, {"dev", "x", false}});
  silence_of({{"rule", "leak", false}});
  EXPECT_EQ(e->explain("leak").value().quiet, "");
  silence_of({{"rule", "leak", true}});
  EXPECT_THAT(e->explain("leak").value().quiet, testing::HasSubstr("the silence 4 of rule=\"leak\""));
  maintenance_window w;
  w.settings.name = "always";
  w.settings.time_zone = "Europe/Berlin";
  w.zone.offsets = {{os::zone_begin, 0s}};
  settings.windows = {w};
  e->apply(settings);
  EXPECT_EQ(e->explain("leak").value().quiet, "the maintenance always goes on until 00:00 Europe/Berlin");
}

} // namespace
} // namespace reeve::remedy
