// SPDX-License-Identifier: Apache-2.0
// Debian's Alertmanager with the configuration that this repository ships, and the agent that it tells.
#include "tests/integration/alertmanager_server.hpp"
#include "tests/support/agent_process.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::test {
namespace {

using ::testing::HasSubstr;

constexpr const char* amtool_program = "/usr/bin/amtool";
constexpr std::string_view token = "0123456789abcdef0123456789abcdef";

class alertmanager : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* program : {alertmanager_program, amtool_program})
      if (!std::filesystem::exists(program))
        GTEST_SKIP() << program << " is not installed (Debian's package prometheus-alertmanager)";
    agent_options options;
    options.plugins = cat("[webhook]\ntoken = \"", token,
                          "\"\n[[webhook.alert]]\nname = \"leak\"\nmatch = 'severity=~\"critical|page\"'\n");
    auto started = agent_process::start(options);
    ASSERT_TRUE(started) << started.error().message;
    agent_ = std::move(*started);
  }

  void start_alertmanager(std::string_view its_token) {
    auto started = alertmanager_server::start(agent_->port(), its_token);
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }
  std::string log() const { return server_->log(); }

  void raise(std::string_view name, std::string_view more = {}) {
    const auto answered = http_post(server_->port(), "/api/v2/alerts",
                                    cat(R"([{"labels":{"alertname":")", name,
                                        R"(","severity":"critical","instance":"127.0.0.1:)", agent_->port(),
                                        R"("},)", R"("startsAt":"2026-01-01T00:00:00Z")", more, "}]"),
                                    {{"Content-Type", "application/json"}});
    ASSERT_TRUE(answered) << answered.error().message;
    ASSERT_EQ(answered->status, 200u) << answered->body;
  }
  double metric(std::string_view name, const std::vector<std::pair<std::string, std::string>>& labels) {
    const auto page = agent_->metrics();
    if (!page) return -1;
    for (const exposed_sample& s : page->samples) {
      const auto has = [&](const auto& l) { return s.label(l.first) == l.second; };
      if (s.name == name && std::all_of(labels.begin(), labels.end(), has)) return s.value;
    }
    return -1;
  }
  double alerts(std::string status, std::string result) {
    return metric("reeve_webhook_alerts_total",
                  {{"status", std::move(status)}, {"result", std::move(result)}});
  }

  temp_dir folder_;
  std::unique_ptr<agent_process> agent_;
  std::unique_ptr<alertmanager_server> server_;
};

TEST_F(alertmanager, amtool_has_no_complaint_of_the_shipped_file) {
  child_options how;
  how.program = amtool_program;
  how.arguments = {"check-config", std::string(REEVE_SOURCE_DIR) + "/config/alertmanager.yml"};
  how.output_file = folder_ / "amtool";
  const auto judged = run(how, long_bound);
  ASSERT_TRUE(judged) << judged.error().message;
  EXPECT_EQ(judged->exit_code, 0) << judged->output;
}

TEST_F(alertmanager, an_alert_comes_once_is_repeated_and_resolved) {
  start_alertmanager(token);
  raise("Leak");
  ASSERT_TRUE(wait_until([&] { return alerts("firing", "queued") == 1; }, long_bound))
      << log() << agent_->log();
  EXPECT_TRUE(wait_until([&] { return alerts("firing", "duplicate") >= 2; }, long_bound)) << log();
  raise("Leak", R"(,"endsAt":"2026-01-01T00:00:01Z")");
  ASSERT_TRUE(wait_until([&] { return alerts("resolved", "resolved") == 1; }, long_bound)) << log();
  EXPECT_EQ(alerts("firing", "queued"), 1);
  EXPECT_EQ(metric("reeve_webhook_requests_total", {{"code", "400"}}), 0);
  EXPECT_THAT(agent_->log(), HasSubstr("alertname=Leak"));
  EXPECT_THAT(agent_->log(), HasSubstr("alert: resolved"));
}

TEST_F(alertmanager, alerts_of_another_instance_or_of_no_mapping_do_nothing) {
  start_alertmanager(token);
  const auto answered =
      http_post(server_->port(), "/api/v2/alerts",
                cat(R"([{"labels":{"alertname":"Far","severity":"critical","instance":"192.0.2.1:9847"}},)",
                    R"({"labels":{"alertname":"Near","severity":"info","instance":"127.0.0.1:)",
                    agent_->port(), R"("}}])"),
                {{"Content-Type", "application/json"}});
  ASSERT_TRUE(answered && answered->status == 200);
  ASSERT_TRUE(wait_until([&] { return alerts("firing", "unmatched") >= 1; }, long_bound)) << log();
  EXPECT_EQ(alerts("firing", "queued"), 0);
}

TEST_F(alertmanager, a_wrong_token_is_seen_on_both_sides) {
  start_alertmanager("wrong-0123456789abcdef");
  raise("Leak");
  ASSERT_TRUE(wait_until(
      [&] {
        return metric("reeve_webhook_requests_total", {{"code", "401"}}) >= 1;
      },
      long_bound))
      << log();
  EXPECT_TRUE(
      wait_until([&] { return log().find("unexpected status code 401") != std::string::npos; }, long_bound))
      << log();
  EXPECT_EQ(alerts("firing", "queued"), 0);
}

} // namespace
} // namespace reeve::test
