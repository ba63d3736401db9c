// SPDX-License-Identifier: Apache-2.0
// Debian's Alertmanager with the configuration that this repository ships, and the agent that it tells.
#include "tests/support/agent_process.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <charconv>

namespace reeve::test {
namespace {

using ::testing::HasSubstr;

constexpr const char* alertmanager_program = "/usr/bin/prometheus-alertmanager";
constexpr const char* amtool_program = "/usr/bin/amtool";
constexpr std::string_view token = "0123456789abcdef0123456789abcdef";

std::string shipped() {
  return read_file(std::filesystem::path(REEVE_SOURCE_DIR) / "config" / "alertmanager.yml");
}

// Its web component logs the address it really got.
std::uint16_t port_in(const std::string& log) {
  constexpr std::string_view field = "address=127.0.0.1:";
  std::uint16_t port = 0;
  const auto at = log.find(field);
  if (at != log.npos) std::from_chars(log.data() + at + field.size(), log.data() + log.size(), port);
  return port;
}

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

  // The shipped file for this agent, with this token, in a hurry.
  void start_alertmanager(std::string_view its_token) {
    write_file(folder_ / "token", its_token);
    std::string text = shipped();
    const auto replace = [&](std::string_view what, const std::string& by) {
      ASSERT_NE(text.find(what), text.npos) << "config/alertmanager.yml has no " << what;
      for (auto at = text.find(what); at != text.npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    };
    replace("127.0.0.1:9847", cat("127.0.0.1:", agent_->port()));
    replace("/etc/prometheus/reeve-webhook-token", (folder_ / "token").string());
    replace("group_wait: 10s", "group_wait: 100ms");
    replace("group_interval: 1m", "group_interval: 1s");
    replace("repeat_interval: 1h", "repeat_interval: 1s");
    write_file(folder_ / "alertmanager.yml", text);
    child_options how;
    how.program = alertmanager_program;
    how.arguments = {"--config.file=" + (folder_ / "alertmanager.yml").string(),
                     "--storage.path=" + (folder_ / "data").string(), "--web.listen-address=127.0.0.1:0",
                     "--cluster.listen-address="};
    how.output_file = folder_ / "log";
    auto process = child::start(how);
    ASSERT_TRUE(process) << process.error().message;
    process_ = std::make_unique<child>(std::move(*process));
    ASSERT_TRUE(wait_until(
        [&] {
          port_ = port_in(log());
          if (port_ == 0) return false;
          const auto ready = http_get(port_, "/-/ready");
          return ready && ready->status == 200;
        },
        long_bound))
        << log();
  }
  std::string log() const { return process_->output(); }

  void raise(std::string_view name, std::string_view more = {}) {
    const auto answered = http_post(port_, "/api/v2/alerts",
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
  std::unique_ptr<child> process_;
  std::uint16_t port_ = 0;
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
      http_post(port_, "/api/v2/alerts",
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
