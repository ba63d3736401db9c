// SPDX-License-Identifier: Apache-2.0
// The guards with real processes, and what a record is worth when the agent does not live to end it. That each guard says
// no when it should is tested with a machine that is made up; here it is that the machine is seen as it is.
#include "tests/integration/remedies.hpp"

#include "tests/support/process_habits.hpp"
#include "tests/support/under_wine.hpp"

#include "reeve/os/process_control.hpp"
#include "reeve/os/state_file.hpp"

#include <gmock/gmock.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;

class remedies_guards_test : public remedies {
 protected:
  static std::string mapping(std::string_view name, std::string_view step) {
    return cat("[[webhook.alert]]\nname = \"", name, "\"\nmatch = \"alertname=", name, "\"\nmode = \"act\"\n",
               step);
  }
  static std::string restarts(std::string_view name, std::string_view cooldown = "0s") {
    return mapping(name,
                   cat("action = \"restart\"\ntarget = \"process:web\"\ncooldown = \"", cooldown, "\"\n"));
  }
  // One that ends a second after it was asked, by force.
  std::string slow() const {
    return process("web", "[\"deaf\"]",
                   cat("stop_timeout = \"20s\"\nstop = [", habits.asking, ", timeout = \"1s\" }]\n"));
  }
  std::size_t actions() const { return audited({"\"action_begins\""}); }
};

TEST_F(remedies_guards_test, the_agent_and_what_it_runs_beneath_are_never_acted_on) {
  start(webhook(mapping("self", "action = \"kill\"\ntarget = \"series\"\n") +
                mapping("port", "action = \"kill\"\ntarget = \"port:{port}\"\n")));
  const std::string agent = std::to_string(agent_->process().pid()), port = std::to_string(agent_->port());
  EXPECT_EQ(post_alerts(alert("a", {{"alertname", "self"}, {"pid", agent}})).status, 200u);
  EXPECT_EQ(post_alerts(alert("b", {{"alertname", "port"}, {"port", port}})).status, 200u);
  // Wine does not tell whose a port is.
  EXPECT_TRUE(
      becomes_audited({"\"refused\"", "\"protected\"", "it is the agent itself"}, under_wine() ? 1 : 2))
      << audit();
  EXPECT_EQ(post_alerts(alert("c", {{"alertname", "self"}, {"pid", std::to_string(os::own_pid())}})).status,
            200u);
  EXPECT_TRUE(becomes_audited({"\"refused\"", "\"protected\"", "the agent runs beneath it"})) << audit();
  EXPECT_EQ(actions(), 0u);
  EXPECT_TRUE(agent_->metrics());
}

TEST_F(remedies_guards_test, a_managed_process_is_protected_by_the_name_of_its_program_too) {
  start("[remedy]\nprotect = [\"bystander\"]\n" + process("web", "[\"stay\"]", "stop_timeout = \"2s\"\n") +
        webhook(restarts("leak")));
  ASSERT_TRUE(reaches("web", "running"));
  EXPECT_EQ(post_alerts(alert("a", {{"alertname", "leak"}})).status, 200u);
  EXPECT_TRUE(becomes_audited({"\"refused\"", "\"protected\"", "is protected by the configuration"}))
      << audit();
  EXPECT_EQ(actions(), 0u);
}

TEST_F(remedies_guards_test, the_same_alert_fifty_times_acts_once) {
  start(process("web", "[\"stay\"]", "stop_timeout = \"2s\"\n") +
        webhook(restarts("leak"), "rate = 1000\nburst = 100\n"));
  ASSERT_TRUE(reaches("web", "running"));
  for (int i = 0; i != 50; ++i)
    EXPECT_EQ(post_alerts(alert("a", {{"alertname", "leak"}})).status, 200u);
  ASSERT_TRUE(becomes_audited({"\"action_ended\""})) << audit();
  EXPECT_EQ(post_alerts(alert("a", {{"alertname", "leak"}})).status, 200u);
  EXPECT_EQ(actions(), 1u) << audit();
}

TEST_F(remedies_guards_test, a_thousand_alerts_at_once_are_one_action_on_their_target) {
  start(slow() + webhook(restarts("leak", "5m"), "max_body = \"1MB\"\n"));
  ASSERT_TRUE(reaches("web", "running"));
  std::string all;
  for (int i = 0; i != 1000; ++i)
    all += cat(i == 0 ? "" : ",", alert(cat("f", i), {{"alertname", "leak"}, {"number", std::to_string(i)}}));
  EXPECT_EQ(post_alerts(all).status, 200u);
  // The action may have ended before the last of them was looked at.
  EXPECT_TRUE(wait_until(
      [&] {
        return audited({"\"refused\"", "\"in_flight\""}) + audited({"\"refused\"", "\"cooldown\""}) >= 999;
      },
      long_bound))
      << audit();
  EXPECT_GE(audited({"\"in_flight\""}), 1u);
  ASSERT_TRUE(becomes_audited({"\"action_ended\"", "\"succeeded\""})) << audit();
  EXPECT_EQ(actions(), 1u);
  const auto verified = run_reeve("audit", {"verify", "--config", agent_->config_file().string()});
  EXPECT_EQ(verified.exit_code, 0) << verified.output;
}

TEST_F(remedies_guards_test, two_alerts_on_one_target_are_one_action) {
  start(slow() + webhook(restarts("leak") + restarts("slow")));
  ASSERT_TRUE(reaches("web", "running"));
  EXPECT_EQ(
      post_alerts(cat(alert("a", {{"alertname", "leak"}}), ",", alert("b", {{"alertname", "slow"}}))).status,
      200u);
  ASSERT_TRUE(becomes_audited({"\"action_ended\"", "\"succeeded\""})) << audit();
  EXPECT_EQ(audited({"\"refused\"", "\"in_flight\"", "restart of it is under way"}), 1u) << audit();
  EXPECT_EQ(actions(), 1u);
}

TEST_F(remedies_guards_test, a_reload_in_the_middle_of_an_action_leaves_it_be) {
  const std::string before = slow() + webhook(restarts("leak"));
  start(before);
  ASSERT_TRUE(reaches("web", "running"));
  EXPECT_EQ(post_alerts(alert("a", {{"alertname", "leak"}})).status, 200u);
  ASSERT_TRUE(becomes_audited({"\"action_begins\""})) << audit();
  rewrite(slow() + webhook("") +
          "[[rule]]\nname = \"other\"\nexpr = \"up == 0\"\n"); // which knows no such alert
  ASSERT_EQ(agent_->reload()->exit_code, 0) << agent_->log();
  EXPECT_EQ(audited({"\"action_ended\""}), 0u) << "the reload came too late to be in its middle";
  ASSERT_TRUE(becomes_audited({"\"action_ended\"", "\"succeeded\""})) << audit();
  EXPECT_EQ(actions(), 1u);
  EXPECT_TRUE(reaches("web", "running"));
}

// The action itself ends the agent, so nothing is between its entry and its end.
TEST_F(remedies_guards_test, an_action_whose_agent_was_killed_is_closed_as_unknown_and_not_repeated) {
  const auto bystander = std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name("bystander");
  start(webhook(mapping("leak", cat("action = \"run\"\ncommand = ['", bystander.string(),
                                    "', \"kill\", \"{agent}\"]\ncooldown = \"0s\"\n"))));
  const std::string agent = std::to_string(agent_->process().pid());
  const std::string leak = alert("a", {{"alertname", "leak"}, {"agent", agent}});
  EXPECT_EQ(post_alerts(leak).status, 200u);
  ASSERT_TRUE(agent_->process().wait(long_bound)) << agent_->log();
  EXPECT_EQ(audited({"\"action_ended\""}), 0u) << audit();
  ASSERT_TRUE(agent_->start_again());
  ASSERT_TRUE(becomes_audited({"\"closed_unknown\""})) << audit() << agent_->log();
  EXPECT_EQ(post_alerts(leak).status, 200u);
  EXPECT_EQ(post_alerts(alert("b", {{"alertname", "other"}})).status,
            200u); // and all before it was dealt with
  EXPECT_EQ(actions(), 1u) << audit();
  EXPECT_TRUE(agent_->metrics());
  const auto verified = run_reeve("audit", {"verify", "--config", agent_->config_file().string()});
  EXPECT_EQ(verified.exit_code, 0) << verified.output;
  EXPECT_THAT(agent_->log(), HasSubstr("unknown"));
}

// The agent acts unrecorded then, as it was told to.
TEST_F(remedies_guards_test, what_is_silenced_stays_so_while_another_has_the_audit_log) {
  start(process("web", "[\"stay\"]", "stop_timeout = \"2s\"\n") +
        "[remedy]\nmode = \"act\"\non_audit_failure = \"act\"\n" +
        rule("reeve_managed_restarts_total > 100", "action = \"restart\"\ntarget = \"process:web\"\n"));
  ASSERT_EQ(tell("silence", {"rule=watch", "--for", "1h", "--comment", "by a test"}).exit_code, 0);
  ASSERT_TRUE(agent_->process().kill()); // what it was told is kept at once
  ASSERT_TRUE(agent_->process().wait(long_bound));
  auto other = os::folder_lock::take(audit_log().parent_path().string());
  ASSERT_TRUE(other) << other.error().message;
  ASSERT_TRUE(agent_->start_again());
  EXPECT_THAT(tell("silence", {}).output, HasSubstr("by a test"));
}

} // namespace
} // namespace reeve::test
