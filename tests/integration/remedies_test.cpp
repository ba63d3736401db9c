// SPDX-License-Identifier: Apache-2.0
// A rule in the agent itself: a threshold trips, and what is at fault is restarted, behind guards, on the record.
#include "tests/integration/remedies.hpp"

#include "tests/support/process_habits.hpp"

#include <gmock/gmock.h>

#include <chrono>

namespace reeve::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class remedies_test : public remedies {};

constexpr const char* is_up = "reeve_managed_state{name=\"web\",state=\"running\"} == 1";

TEST_F(remedies_test, a_rule_that_fires_restarts_a_process_and_the_record_of_it_is_whole) {
  start(
      process("web", "[\"stay\"]", "stop_timeout = \"2s\"\n") +
      rule(is_up, "mode = \"act\"\naction = \"restart\"\ntarget = \"process:{name}\"\nsettle = \"500ms\"\n"));
  ASSERT_TRUE(audit_says("\"action_ended\"")) << audit() << agent_->log();
  ASSERT_TRUE(reaches("web", "running"));
  // It may be restarted before anybody could ask for its number.
  constexpr std::string_view field = "\"pid\":";
  const std::string begun = audit().substr(audit().find("\"action_begins\""));
  ASSERT_NE(begun.find(field), begun.npos) << begun;
  EXPECT_NE(pid_of("web"), std::stoll(begun.substr(begun.find(field) + field.size()))) << begun;
  EXPECT_THAT(agent_->log(), HasSubstr("rule: fires"));
  const auto verified = run_reeve("audit", {"verify", "--config", agent_->config_file().string()});
  EXPECT_EQ(verified.exit_code, 0) << verified.output;
}

// One tick passes at most until the rule is evaluated next; sampling is many times as often here.
TEST_F(remedies_test, a_threshold_is_acted_on_within_two_ticks) {
  constexpr auto tick = std::chrono::seconds(2);
  const std::filesystem::path go = folder_ / "go";
  start(process("shop", "[\"leap\", '" + go.string() + "', \"200\"]", "stop_timeout = \"2s\"\n") +
        "[plugin.process-watch]\ninterval = \"200ms\"\n[[plugin.process-watch.group]]\nname = \"shop\"\n"
        "command_line_regex = ['bystander\\S* leap']\n[rules]\ninterval = \"2s\"\n[[rule]]\nname = \"many\"\n"
        "expr = 'reeve_process_group_open_handles{group=\"shop\"} > 150'\nmode = \"act\"\naction = "
        "\"restart\"\n"
        "target = \"process:{group}\"\n");
  ASSERT_TRUE(reaches("shop", "running"));
  const std::int64_t before = pid_of("shop");
  const auto began = std::chrono::steady_clock::now();
  write_file(go, "");
  ASSERT_TRUE(becomes_audited({"\"action_begins\"", "\"restart\""})) << audit() << agent_->log();
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_LE(took, 2 * tick);
  RecordProperty("ticks", cat(std::chrono::duration<double>(took) / tick));
  ASSERT_TRUE(becomes_audited({"\"action_ended\"", "\"succeeded\""})) << audit();
  ASSERT_TRUE(reaches("shop", "running"));
  EXPECT_NE(pid_of("shop"), before);
}

TEST_F(remedies_test, a_person_sees_why_silences_and_resets) {
  start(process("web", "[\"stay\"]", "stop_timeout = \"2s\"\n") +
        rule(is_up,
             "action = \"restart\"\ntarget = \"process:web\"\nsummary = \"{{ $labels.name }} is up\"\n"));
  ASSERT_TRUE(log_says("would act"));
  const finished_child why = tell("rules", {"explain", "watch"});
  EXPECT_EQ(why.exit_code, 0) << why.output;
  EXPECT_THAT(why.output, HasSubstr("fires for"));
  EXPECT_THAT(why.output, HasSubstr("mode: observe"));
  EXPECT_THAT(why.output, HasSubstr("step 1: restart process:web"));
  EXPECT_THAT(tell("rules", {"list"}).output, HasSubstr("watch: fires for 1 of its series"));
  EXPECT_NE(tell("rules", {"explain", "nothing"}).exit_code, 0);
  EXPECT_THAT(agent_->log(), HasSubstr("web is up"));
  EXPECT_THAT(agent_->log(), HasSubstr(R"(would act rule=watch labels="name=\"web\", severity=)"));

  EXPECT_EQ(tell("silence", {"rule=watch", "--for", "1h", "--comment", "by a test"}).exit_code, 0);
  EXPECT_THAT(tell("silence", {}).output, HasSubstr("by a test"));
  replace_agent(true);
  EXPECT_THAT(tell("silence", {}).output, HasSubstr("by a test")) << "it outlives the agent";
  const auto list = boost::json::parse(tell("silence", {"--json"}).output).as_array();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].at("number").to_number<int>(), 1);
  EXPECT_EQ(list[0].at("matchers").at(0).at("value"), "watch");
  EXPECT_EQ(tell("silence", {"rule=watch", "--remove", "1"}).exit_code, 2) << "one or the other";
  EXPECT_EQ(tell("silence", {"--for", "1h"}).exit_code, 2) << "of what?";
  EXPECT_EQ(tell("rules", {"explain", "watch", "--json"}).exit_code, 2) << "it has no JSON";
  EXPECT_THAT(tell("silence", {"--remove", "1"}).output, HasSubstr("The silence 1 is over"));
  EXPECT_THAT(tell("silence", {}).output, HasSubstr("Nothing is silenced"));
  EXPECT_EQ(tell("reset", {"watch"}).output, "watch: reset\n");
  EXPECT_THAT(tell("reset", {"wacth"}).output, HasSubstr("and no rule or mapping is named so"));
  EXPECT_THAT(tell("silence", {"rule=wacth"}).output, HasSubstr("there is no rule or mapping \"wacth\""));
  EXPECT_EQ(tell("reset", {"watch"}).exit_code, 0);
  EXPECT_NE(tell("reset", {"nothing"}).exit_code, 0);
}

TEST_F(remedies_test, a_silence_that_is_over_is_not_listed) {
  start("");
  ASSERT_EQ(tell("silence", {"device=sda", "--for", "1s"}).exit_code, 0);
  EXPECT_TRUE(
      wait_until([&] { return tell("silence", {}).output.find("Nothing is silenced") != std::string::npos; },
                 long_bound));
  EXPECT_EQ(boost::json::parse(tell("silence", {"--json"}).output).as_array().size(), 0u);
}

TEST_F(remedies_test, a_silence_that_cannot_be_meant_is_refused_with_the_reason) {
  start("");
  const finished_child too_long = tell("silence", {"device=sda", "--for", "99999d"});
  EXPECT_EQ(too_long.exit_code, 2);
  EXPECT_THAT(too_long.output, HasSubstr("3650d"));
  EXPECT_EQ(tell("silence", {"device=sda", "--for", "3650d"}).exit_code, 0);
  const finished_child two_lines = tell("silence", {"device=sda\nrule=watch"});
  EXPECT_EQ(two_lines.exit_code, 2);
  EXPECT_THAT(two_lines.output, HasSubstr("a matcher has one line"));
}

TEST_F(remedies_test, a_silence_that_an_agent_is_told_while_it_ends_outlives_it) {
  start(process("web", "[\"deaf\"]",
                cat("stop_timeout = \"25s\"\nstop = [", habits.asking, ", timeout = \"20s\" }]\n")) +
        rule(is_up, "action = \"restart\"\ntarget = \"process:web\"\n"));
  ASSERT_TRUE(log_says("would act"));
  const std::int64_t web = pid_of("web");
  (void)tell("stop", {"--with-processes", "--timeout", "100ms"}); // which is not over then
  ASSERT_TRUE(reaches("web", "stopping"));
  const finished_child silenced = tell("silence", {"rule=watch", "--for", "1h", "--comment", "by a test"});
  ASSERT_EQ(silenced.exit_code, 0) << silenced.output;
  ASSERT_TRUE(kill_process(web));
  ASSERT_TRUE(agent_->process().wait(long_bound));
  ASSERT_TRUE(agent_->start_again());
  EXPECT_THAT(tell("silence", {}).output, HasSubstr("by a test"));
}

TEST_F(remedies_test, metrics_say_what_fires_and_what_was_done) {
  start(process("web", "[\"stay\"]", "stop_timeout = \"2s\"\n") +
        rule(is_up, "mode = \"act\"\naction = \"restart\"\ntarget = \"process:web\"\nsettle = \"0s\"\n"));
  const auto says = [&](const std::string& line) {
    return wait_until(
        [&] {
          const auto metrics = agent_->get("/metrics");
          return metrics && metrics->body.find(line) != std::string::npos;
        },
        long_bound);
  };
  EXPECT_TRUE(says("reeve_rule_firing{rule=\"watch\"} 1"));
  EXPECT_TRUE(says("reeve_actions_total{action=\"restart\",rule=\"watch\",result=\""));
  EXPECT_TRUE(says("reeve_action_duration_seconds_count{action=\"restart\"} 1"));
}

TEST_F(remedies_test, without_being_told_to_act_it_says_what_it_would_do) {
  start(process("web", "[\"stay\"]", "stop_timeout = \"2s\"\n") +
        rule(is_up, "action = \"restart\"\ntarget = \"process:web\"\n"));
  ASSERT_TRUE(reaches("web", "running"));
  const std::int64_t before = pid_of("web");
  ASSERT_TRUE(log_says("would act"));
  EXPECT_EQ(pid_of("web"), before);
  EXPECT_THAT(audit(), HasSubstr("\"observed\""));
  EXPECT_THAT(audit(), Not(HasSubstr("\"action_begins\"")));
}

} // namespace
} // namespace reeve::test
