// SPDX-License-Identifier: Apache-2.0
// The webhook of a running agent, asked by hand.
#include "tests/support/agent_process.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* path = "/api/v1/alerts";
constexpr std::string_view token = "0123456789abcdef0123456789abcdef";
constexpr std::string_view leaks = "[[webhook.alert]]\nname = \"leak\"\nmatch = \"alertname=Leak\"\n";

std::string with_token(std::string_view more = leaks) {
  return cat("[webhook]\ntoken = \"", token, "\"\n", more);
}

std::string alert(std::string_view name, std::string_view fingerprint, std::string_view status = "firing") {
  return cat(R"({"status":")", status, R"(","labels":{"alertname":")", name,
             R"("},"startsAt":"2026-11-26T11:00:45Z","fingerprint":")", fingerprint, R"("})");
}

std::string body(std::string_view alerts) {
  return cat(R"({"version":"4","status":"firing","alerts":[)", alerts, "]}");
}

class webhook : public testing::Test {
 protected:
  void start(const std::string& tables) {
    agent_options options;
    options.plugins = tables;
    auto started = agent_process::start(options);
    ASSERT_TRUE(started) << started.error().message;
    agent_ = std::move(*started);
  }
  http_response post(std::string text, std::string_view authorization = cat("Bearer ", token)) {
    http_headers headers{{"Content-Type", "application/json"}};
    if (!authorization.empty()) headers.emplace_back("Authorization", authorization);
    const auto answered = http_post(agent_->port(), path, std::move(text), headers);
    EXPECT_TRUE(answered) << answered.error().message;
    return answered ? *answered : http_response{};
  }
  double metric(std::string_view name, const std::vector<std::pair<std::string, std::string>>& labels = {}) {
    const auto page = agent_->metrics();
    if (!page) return -1;
    for (const exposed_sample& s : page->samples) {
      const auto has = [&](const auto& l) { return s.label(l.first) == l.second; };
      if (s.name == name && std::all_of(labels.begin(), labels.end(), has)) return s.value;
    }
    return -1;
  }
  std::size_t lines_with(std::string_view text) {
    std::size_t out = 0;
    const std::string log = agent_->log();
    for (auto at = log.find(text); at != log.npos; at = log.find(text, at + 1))
      ++out;
    return out;
  }

  std::unique_ptr<agent_process> agent_;
};

TEST_F(webhook, is_not_there_unless_it_is_configured) {
  start("");
  EXPECT_EQ(post(body("")).status, 404u);
}

TEST_F(webhook, an_alert_becomes_one_event) {
  start(with_token());
  for (int i = 0; i < 3; ++i) {
    const auto answered = post(body(cat(alert("Leak", "f1"), ",", alert("Other", "f2"))));
    EXPECT_EQ(answered.status, 200u) << answered.body;
  }
  EXPECT_EQ(post(body(alert("Leak", "f1", "resolved"))).status, 200u);
  ASSERT_TRUE(wait_until([&] { return lines_with("alert: resolved") == 1; }, long_bound));
  EXPECT_EQ(lines_with("alert: received"), 1u) << agent_->log();
  EXPECT_THAT(agent_->log(), HasSubstr("mapping=leak"));
  EXPECT_EQ(metric("reeve_webhook_alerts_total", {{"status", "firing"}, {"result", "queued"}}), 1);
  EXPECT_EQ(metric("reeve_webhook_alerts_total", {{"status", "firing"}, {"result", "duplicate"}}), 2);
  EXPECT_EQ(metric("reeve_webhook_alerts_total", {{"status", "firing"}, {"result", "unmatched"}}), 3);
  EXPECT_EQ(metric("reeve_webhook_alerts_total", {{"status", "resolved"}, {"result", "resolved"}}), 1);
  EXPECT_EQ(metric("reeve_webhook_requests_total", {{"code", "200"}}), 4);
  EXPECT_EQ(metric("reeve_webhook_queue_length"), 0);
}

TEST_F(webhook, who_does_not_know_the_secret_is_refused) {
  start(with_token());
  for (const char* wrong :
       {"", "Bearer 0123456789abcdef0123456789abcdee", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}) {
    const auto answered = post(body(alert("Leak", "f1")), wrong);
    EXPECT_EQ(answered.status, 401u);
    EXPECT_EQ(answered.header("WWW-Authenticate"), "Bearer realm=\"Reeve\"");
  }
  EXPECT_EQ(metric("reeve_webhook_requests_total", {{"code", "401"}}), 3);
  EXPECT_EQ(metric("reeve_webhook_body_bytes_total"), 0);
  EXPECT_EQ(lines_with("alert: received"), 0u);
  EXPECT_THAT(agent_->log(), HasSubstr("wrong credentials"));
  EXPECT_THAT(agent_->log(), Not(HasSubstr(token.substr(0, 16))));
}

TEST_F(webhook, basic_authentication) {
  start("[webhook]\nuser = \"Aladdin\"\npassword = \"open sesame!\"\n");
  EXPECT_EQ(post(body(""), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZSE=").status, 200u);
  const auto refused = post(body(""), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(refused.status, 401u);
  EXPECT_EQ(refused.header("WWW-Authenticate"), "Basic realm=\"Reeve\"");
}

TEST_F(webhook, bad_requests_get_their_reason) {
  start(with_token("max_body = \"10KB\"\n"));
  const auto bad = post(body(R"({"status":"firing","labels":{},"startsAt":"now","fingerprint":"f"})"));
  EXPECT_EQ(bad.status, 400u);
  EXPECT_EQ(bad.body, "alerts[0].startsAt: not a time in RFC 3339\n");
  EXPECT_EQ(post("{").status, 400u);
  const auto as_a_page_would =
      http_post(agent_->port(), path, body(""),
                {{"Authorization", cat("Bearer ", token)}, {"Content-Type", "text/plain"}});
  ASSERT_TRUE(as_a_page_would);
  EXPECT_EQ(as_a_page_would->status, 415u);
  EXPECT_EQ(post(body(std::string(10'000, ' '))).status, 413u);
  const auto got = agent_->get(path);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->status, 405u);
  EXPECT_EQ(got->header("Allow"), "POST");
  EXPECT_EQ(metric("reeve_webhook_requests_total", {{"code", "400"}}), 2);
  EXPECT_EQ(metric("reeve_webhook_requests_total", {{"code", "413"}}), 1);
}

TEST_F(webhook, a_flood_is_held_back) {
  start(with_token("rate = 0.01\nburst = 2\n"));
  EXPECT_EQ(post(body("")).status, 200u);
  EXPECT_EQ(post(body("")).status, 200u);
  const auto refused = post(body(""));
  EXPECT_EQ(refused.status, 429u);
  EXPECT_NE(refused.header("Retry-After"), "");
}

TEST_F(webhook, a_reload_changes_all_of_it) {
  start("");
  EXPECT_EQ(post(body("")).status, 404u);
  agent_options options;
  options.plugins = with_token();
  agent_->rewrite(options);
  ASSERT_EQ(agent_->reload()->exit_code, 0) << agent_->log();
  EXPECT_EQ(post(body(alert("Leak", "f1"))).status, 200u);
  options.plugins = "[webhook]\ntoken = \"another-one-0123456789\"\n";
  agent_->rewrite(options);
  ASSERT_EQ(agent_->reload()->exit_code, 0) << agent_->log();
  EXPECT_EQ(post(body("")).status, 401u);
  EXPECT_EQ(post(body(alert("Leak", "f1")), "Bearer another-one-0123456789").status, 200u);
  options.plugins = "";
  agent_->rewrite(options);
  ASSERT_EQ(agent_->reload()->exit_code, 0) << agent_->log();
  EXPECT_EQ(post(body("")).status, 404u);
  EXPECT_EQ(metric("reeve_webhook_requests_total", {{"code", "200"}}), 2); // counted on
}

// The agent would let in everybody who reaches the address that it listens on until it ends.
TEST_F(webhook, a_reload_opens_it_to_all_only_where_the_agent_listens_now) {
  start(with_token());
  std::string text = read_file(agent_->config_file());
  const std::string closed = text;
  text.replace(text.find("127.0.0.1:0"), 11, "0.0.0.0:0");
  agent_->rewrite_raw(text);
  ASSERT_TRUE(agent_->ask_to_stop());
  ASSERT_TRUE(agent_->process().wait(long_bound));
  const auto again = agent_->start_again();
  ASSERT_TRUE(again) << again.error().message;
  agent_->rewrite_raw(closed);
  ASSERT_EQ(agent_->reload()->exit_code, 0) << agent_->log(); // which is told to need a restart
  const std::string secret = cat("token = \"", token, "\"");
  std::string open = closed;
  open.replace(open.find(secret), secret.size(), "allow_unauthenticated = true");
  agent_->rewrite_raw(open);
  const auto told = agent_->reload();
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_NE(told->exit_code, 0);
  EXPECT_THAT(told->output, HasSubstr("0.0.0.0:0"));
  EXPECT_EQ(post(body(""), "").status, 401u);
  EXPECT_EQ(post(body("")).status, 200u);
}

} // namespace
} // namespace reeve::test
