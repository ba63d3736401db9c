// SPDX-License-Identifier: Apache-2.0
// The whole loop: Prometheus scrapes the agent, its alert fires on a process that leaks, Alertmanager posts it, the agent
// restarts the process gracefully, and the alert resolves.
#include "tests/integration/alertmanager_server.hpp"
#include "tests/integration/prometheus_server.hpp"
#include "tests/integration/remedies.hpp"

namespace reeve::test {
namespace {

constexpr std::string_view alerting_rule = R"(groups:
  - name: leaks
    rules:
      - alert: Leak
        expr: reeve_process_group_open_handles{group="shop"} > 150
        for: 2s
        labels: {severity: critical}
)";

class whole_loop_test : public remedies {
 protected:
  void SetUp() override {
    for (const char* program : {alertmanager_program, prometheus_program})
      if (!std::filesystem::exists(program))
        GTEST_SKIP() << program << " is not installed (scripts/test-packages.txt)";
  }
};

TEST_F(whole_loop_test, from_the_scrape_to_the_alert_that_is_resolved) {
  const std::filesystem::path go = folder_ / "go";
  start(process("shop", "[\"leap\", '" + go.string() + "', \"200\"]", "stop_timeout = \"10s\"\n") +
        webhook("[[webhook.alert]]\nname = \"leak\"\nmatch = \"alertname=Leak\"\nmode = \"act\"\naction = "
                "\"restart\"\n"
                "target = \"process:{group}\"\n") +
        "[plugin.process-watch]\ninterval = \"500ms\"\n[[plugin.process-watch.group]]\nname = \"shop\"\n"
        "command_line_regex = ['bystander leap']\n");
  ASSERT_TRUE(reaches("shop", "running"));
  const std::int64_t leaking = pid_of("shop");

  const auto alertmanager = alertmanager_server::start(agent_->port(), token);
  ASSERT_TRUE(alertmanager) << alertmanager.error().message;
  const temp_dir rules;
  write_file(rules / "leaks.yml", alerting_rule);
  const auto prometheus = prometheus_server::start(agent_->port(), 1, rules.path(), (*alertmanager)->port());
  ASSERT_TRUE(prometheus) << prometheus.error().message;
  const auto logs = [&] { return cat((*prometheus)->log(), (*alertmanager)->log(), agent_->log(), audit()); };

  write_file(go, ""); // now it leaks
  ASSERT_TRUE(becomes_audited({"\"action_ended\"", "\"restart\"", "\"succeeded\""})) << logs();
  ASSERT_TRUE(reaches("shop", "running"));
  EXPECT_NE(pid_of("shop"), leaking);
  EXPECT_EQ(status_of("shop").at("last_end").as_string(), "signal 15") << "it was not asked, but killed";
  ASSERT_TRUE(log_says("alert: resolved")) << logs();
  ASSERT_TRUE(becomes_audited({"\"checked\"", "\"restart\"", "\"succeeded\""})) << logs();
  EXPECT_EQ(audited({"\"action_begins\""}), audited({"\"action_ended\""})) << audit();
  EXPECT_EQ(audited({"\"action_begins\"", cat("\"pid\":", leaking)}), 1u) << audit();
  const auto verified = run_reeve("audit", {"verify", "--config", agent_->config_file().string()});
  EXPECT_EQ(verified.exit_code, 0) << verified.output;
  EXPECT_TRUE(wait_until(
      [&] {
        return (*prometheus)->value("sum(reeve_actions_total{action=\"restart\",result=\"succeeded\"})") >= 1;
      },
      long_bound))
      << logs();
}

} // namespace
} // namespace reeve::test
