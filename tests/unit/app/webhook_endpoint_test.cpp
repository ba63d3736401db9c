// SPDX-License-Identifier: Apache-2.0
#include "webhook_endpoint.hpp"

#include "reeve/base/strings.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

namespace reeve::app {
namespace {

using reeve::test::http_response;
using reeve::test::long_bound;
using reeve::test::wait_until;
using ::testing::ElementsAre;

constexpr std::string_view token = "0123456789abcdef";

std::string body(std::string_view fingerprint, std::string_view status = "firing") {
  return cat(R"({"version":"4","status":"firing","alerts":[{"status":")", status,
             R"(","labels":{"alertname":"Leak"},"startsAt":"2026-11-26T11:00:45Z","fingerprint":")",
             fingerprint, R"("}]})");
}

// A webhook on a loop of its own. What its alerts are handed to takes them, or not.
class endpoint_of_a_webhook : public testing::Test {
 protected:
  void SetUp() override {
    log_options options;
    options.file = (folder_ / "log").string();
    log_ = *logger::create(options);
    router_ = std::make_unique<event_router>(loop_, system_clock(), *log_);
    endpoint_ = std::make_unique<webhook_endpoint>(
        loop_, system_clock(), *router_, *log_, [this](const webhook::delivery& d) {
          ++offers_;
          if (!takes_ && !(takes_resolved_ && d.what.is_resolved)) return false;
          taken_.push_back(cat(d.what.fingerprint, d.what.is_resolved ? " resolved" : ""));
          return true;
        });
    http::server_options server;
    server.listen = {"127.0.0.1:0"};
    server_ = *http::server::create(loop_, server);
    settings_.webhook.emplace();
    settings_.webhook->token = token;
    settings_.webhook->queue = 2;
    settings_.webhook->max_body = 1000;
    settings_.webhook->alerts.resize(1);
    settings_.webhook->alerts[0].name = "leak";
    endpoint_->apply(settings_, *server_);
    port_ = server_->addresses().front().port;
    thread_ = std::thread([this] { loop_.run(); });
  }
  void TearDown() override {
    on_loop([this] {
      endpoint_->cancel();
      server_.reset();
    });
    work_.reset();
    thread_.join();
  }

  void on_loop(std::function<void()> f) {
    std::promise<void> done;
    boost::asio::post(loop_, [&] {
      f();
      done.set_value();
    });
    done.get_future().wait();
  }
  void apply(const std::function<void(config::webhook_settings&)>& change) {
    on_loop([&] {
      change(*settings_.webhook);
      endpoint_->apply(settings_, *server_);
    });
  }
  http_response post(std::string text) {
    const auto answered = reeve::test::http_post(
        port_, "/api/v1/alerts", std::move(text),
        {{"Authorization", cat("Bearer ", token)}, {"Content-Type", "Application/JSON; charset=utf-8"}});
    EXPECT_TRUE(answered) << answered.error().message;
    return answered ? *answered : http_response{};
  }
  std::size_t waiting() {
    std::size_t out = 0;
    on_loop([&] { out = endpoint_->intake().waiting(); });
    return out;
  }
  std::uint64_t events() {
    std::uint64_t out = 0;
    on_loop([&] {
      for (const auto& [severity, count] : router_->count().raised)
        out += count;
    });
    return out;
  }

  reeve::test::temp_dir folder_;
  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{loop_.get_executor()};
  config::settings settings_;
  std::unique_ptr<logger> log_;
  std::unique_ptr<event_router> router_;
  std::unique_ptr<webhook_endpoint> endpoint_;
  std::unique_ptr<http::server> server_;
  std::uint16_t port_ = 0;
  std::atomic<bool> takes_{true}, takes_resolved_{false};
  std::atomic<int> offers_{0};
  std::vector<std::string> taken_; // on the loop
  std::thread thread_;
};

TEST_F(endpoint_of_a_webhook, hands_alerts_over_in_their_order) {
  EXPECT_EQ(post(body("a")).status, 200u);
  EXPECT_EQ(post(body("b")).status, 200u);
  EXPECT_EQ(post(body("a", "resolved")).status, 200u);
  EXPECT_TRUE(wait_until([&] { return waiting() == 0; }, long_bound));
  on_loop([&] { EXPECT_THAT(taken_, ElementsAre("a", "b", "a resolved")); });
  EXPECT_EQ(events(), 3u);
}

TEST_F(endpoint_of_a_webhook, keeps_what_is_not_taken_and_offers_it_again) {
  takes_ = false;
  EXPECT_EQ(post(body("a")).status, 200u);
  EXPECT_EQ(post(body("b")).status, 200u);
  const auto refused = post(body("c"));
  EXPECT_EQ(refused.status, 503u);
  EXPECT_EQ(refused.header("Retry-After"), "5");
  ASSERT_TRUE(wait_until([&] { return offers_ >= 2; }, long_bound)); // of the first alone
  EXPECT_EQ(waiting(), 2u);
  EXPECT_EQ(events(), 1u);
  takes_ = true;
  EXPECT_TRUE(wait_until([&] { return waiting() == 0; }, long_bound));
  on_loop([&] { EXPECT_THAT(taken_, ElementsAre("a", "b")); });
  EXPECT_EQ(events(), 2u); // each was told once
  EXPECT_EQ(post(body("c")).status, 200u);
}

TEST_F(endpoint_of_a_webhook, hands_resolved_ones_over_while_others_wait) {
  takes_ = false;
  EXPECT_EQ(post(body("a")).status, 200u);
  ASSERT_TRUE(wait_until([&] { return offers_ >= 1; }, long_bound));
  EXPECT_EQ(post(body("b")).status, 200u);
  takes_resolved_ = true;
  EXPECT_EQ(post(body("before", "resolved")).status, 200u); // though the queue is full
  EXPECT_TRUE(wait_until([&] { return waiting() == 2; }, long_bound));
  on_loop([&] { EXPECT_THAT(taken_, ElementsAre("before resolved")); });
  EXPECT_EQ(events(), 2u);
}

TEST_F(endpoint_of_a_webhook, logs_each_kind_of_refusal_once) {
  const reeve::test::http_headers known = {{"Authorization", cat("Bearer ", token)},
                                           {"Content-Type", "application/json"}};
  const auto send = [&](std::string text, reeve::test::http_headers headers) {
    const auto answered =
        reeve::test::http_post(port_, "/api/v1/alerts", std::move(text), std::move(headers));
    return answered ? answered->status : 0;
  };
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(send(std::string(2000, ' '), known), 413u);
    EXPECT_EQ(send("{}", {known[0], {"Content-Type", "text/plain"}}), 415u);
    EXPECT_EQ(send("{}", known), 400u);
    EXPECT_EQ(send(body("a"), {known[1]}), 401u);
  }
  apply([](config::webhook_settings& w) { w.rate = 0.001, w.burst = 1; });
  EXPECT_EQ(send(body("a"), known), 200u);
  EXPECT_EQ(send(body("a"), known), 429u);
  const auto lines_with = [&](std::string_view what) {
    const std::string all = reeve::test::read_file(folder_ / "log");
    int out = 0;
    for (std::size_t at = 0; (at = all.find(what, at)) != all.npos; ++at)
      ++out;
    return out;
  };
  ASSERT_TRUE(wait_until([&] { return lines_with("asked too often") > 0; }, long_bound));
  EXPECT_EQ(lines_with("body is longer than 1000 bytes"), 1);
  EXPECT_EQ(lines_with("Content-Type application/json only"), 1);
  EXPECT_EQ(lines_with("no credentials"), 1);
  EXPECT_EQ(lines_with("refused"), 5);
  EXPECT_EQ(lines_with("127.0.0.1"), 5);
}

// Its sender would believe that something will be done about it.
TEST_F(endpoint_of_a_webhook, takes_nothing_in_once_it_is_cancelled) {
  on_loop([this] { endpoint_->cancel(); });
  const auto refused = post(body("a"));
  EXPECT_EQ(refused.status, 503u);
  EXPECT_NE(refused.header("Retry-After"), "");
  EXPECT_EQ(waiting(), 0u);
}

} // namespace
} // namespace reeve::app
