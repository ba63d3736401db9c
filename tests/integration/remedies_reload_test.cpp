// SPDX-License-Identifier: Apache-2.0
// Rules that a reload takes out or changes while they fire, and an audit log that cannot be opened for a while.
#include "tests/integration/managed_processes.hpp"

#include <gmock/gmock.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;

class remedies_reload_test : public managed_processes {
 protected:
  std::string web() const { return process("web", "[\"stay\"]", "stop_timeout = \"2s\"\n"); }
  static std::string rule(const std::string& expression, const std::string& more = {}) {
    return "[rules]\ninterval = \"200ms\"\n[[rule]]\nname = \"watch\"\nexpr = '" + expression + "'\n" +
           "action = \"restart\"\ntarget = \"process:web\"\n" + more;
  }
  bool reload_to(const std::string& tables) {
    rewrite(tables);
    const auto reloaded = agent_->reload();
    EXPECT_TRUE(reloaded && reloaded->exit_code == 0) << (reloaded ? reloaded->output : "");
    return reloaded && reloaded->exit_code == 0;
  }
  bool is_in_log(const std::string& text) const { return agent_->log().find(text) != std::string::npos; }
  bool log_says(const std::string& text) const {
    return wait_until([&] { return is_in_log(text); }, long_bound);
  }
  std::string metrics() const {
    const auto page = agent_->get("/metrics");
    return page ? page->body : std::string();
  }
  bool metrics_say(const std::string& line) const {
    return wait_until([&] { return metrics().find(line) != std::string::npos; }, long_bound);
  }
  std::filesystem::path audit_folder() const { return agent_->state_folder() / agent_->instance() / "audit"; }
};

constexpr const char* is_up = "reeve_managed_state{name=\"web\",state=\"running\"} == 1";
constexpr const char* is_up_as_well = "reeve_managed_state{name=\"web\",state=\"running\"} > 0";

TEST_F(remedies_reload_test, a_rule_that_is_taken_out_resolves_its_alerts) {
  start(web() + rule(is_up));
  ASSERT_TRUE(log_says("rule: fires")) << agent_->log();
  ASSERT_TRUE(log_says("would act"));
  ASSERT_TRUE(reload_to(web()));
  EXPECT_TRUE(log_says("rule: resolved")) << agent_->log();
  EXPECT_EQ(tell("rules", {"list"}).output.find("watch"), std::string::npos);
  EXPECT_NE(tell("rules", {"explain", "watch"}).exit_code, 0);
}

TEST_F(remedies_reload_test, a_rule_that_is_changed_resolves_its_alerts_and_fires_anew) {
  start(web() + rule(is_up));
  ASSERT_TRUE(log_says("rule: fires")) << agent_->log();
  ASSERT_TRUE(reload_to(web() + rule(is_up, "cooldown = \"1h\"\n")));
  EXPECT_FALSE(is_in_log("rule: resolved")) << "it fires as before";
  ASSERT_TRUE(reload_to(web() + rule(is_up_as_well, "cooldown = \"1h\"\n")));
  EXPECT_TRUE(log_says("rule: resolved")) << agent_->log();
  EXPECT_TRUE(wait_until(
      [&] { return tell("rules", {"list"}).output.find("watch: fires for 1") != std::string::npos; },
      long_bound));
}

TEST_F(remedies_reload_test, it_acts_when_the_audit_log_can_be_opened_at_last) {
  start(web());
  ASSERT_TRUE(reaches("web", "running"));
  const std::int64_t before = pid_of("web");
  write_file(audit_folder(), "a file in its place");
  ASSERT_TRUE(reload_to(web() + rule(is_up, "mode = \"act\"\nsettle = \"1h\"\n")));
  ASSERT_TRUE(log_says("audit log cannot be written")) << agent_->log();
  ASSERT_TRUE(log_says("refused")) << agent_->log();
  EXPECT_THAT(metrics(), HasSubstr("reeve_audit_writable 0"));
  EXPECT_THAT(metrics(), HasSubstr("reeve_actions_refused_total{guard=\"audit\",rule=\"watch\"} 1"));
  EXPECT_EQ(pid_of("web"), before);
  std::filesystem::remove(audit_folder());
  ASSERT_TRUE(log_says("audit log can be written")) << agent_->log();
  EXPECT_TRUE(metrics_say("reeve_audit_writable 1"));
  EXPECT_TRUE(metrics_say("reeve_actions_begun_total{action=\"restart\",rule=\"watch\"} 1"));
  EXPECT_TRUE(wait_until([&] { return pid_of("web") != 0 && pid_of("web") != before; }, long_bound));
  const auto verified = run_reeve("audit", {"verify", "--config", agent_->config_file().string()});
  EXPECT_EQ(verified.exit_code, 0) << verified.output;
  EXPECT_THAT(run_reeve("audit", {"--config", agent_->config_file().string()}).output,
              HasSubstr("entries_lost"));
}

} // namespace
} // namespace reeve::test
