// SPDX-License-Identifier: Apache-2.0
// The pages beside /metrics, and requests that no good client sends.
#include "tests/support/agent_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::test {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

class agent_requests : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    agent_options options;
    options.http = "request_timeout = \"300ms\"\nmax_connections = 8";
    options.plugins = "[plugin.process-watch]\n";
    auto started = agent_process::start(options);
    ASSERT_TRUE(started) << started.error().message;
    agent_ = std::move(*started);
  }
  static void TearDownTestSuite() { agent_.reset(); }
  void SetUp() override { ASSERT_TRUE(agent_); }
  void TearDown() override { // whatever was sent, the next client is served
    if (!agent_) return;
    EXPECT_TRUE(wait_until([] { return status("/-/healthy") == 200; }, long_bound)) << agent_->log();
    EXPECT_TRUE(agent_->process().running());
  }

  static unsigned status(const std::string& target, const std::string& method = "GET") {
    const auto answer = http_send(agent_->port(), {method, target, {}, {}});
    return answer ? answer->status : 0;
  }
  static std::string
  raw(std::string_view bytes) { // what comes back; the server must end the connection itself
    auto connection = raw_connection::open(agent_->port());
    if (!connection) return connection.error().message;
    (void)connection->write(bytes); // the server may close before it has read all
    const auto answer = connection->read_to_end(long_bound);
    return answer ? *answer : "not closed: " + answer.error().message;
  }

  static std::unique_ptr<agent_process> agent_;
};
std::unique_ptr<agent_process> agent_requests::agent_;

TEST_F(agent_requests, it_says_that_it_lives_and_is_ready) {
  EXPECT_EQ(status("/-/healthy"), 200u);
  EXPECT_EQ(status("/-/ready"), 200u);
  EXPECT_EQ(status("/-/healthy", "HEAD"), 200u);
}

TEST_F(agent_requests, the_landing_page_leads_to_the_metrics) {
  const auto page = agent_->get("/");
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->status, 200u);
  EXPECT_THAT(page->header("Content-Type"), StartsWith("text/html"));
  EXPECT_THAT(page->body, HasSubstr("href=\"/metrics\""));
  EXPECT_THAT(page->body, HasSubstr("process-watch"));
}

TEST_F(agent_requests, unknown_paths_and_methods_are_refused) {
  EXPECT_EQ(status("/nothing/here"), 404u);
  EXPECT_EQ(status("/../../etc/passwd"), 404u);
  EXPECT_EQ(status("/metrics", "DELETE"), 405u);
  EXPECT_EQ(status("/metrics", "POST"), 405u);
}

TEST_F(agent_requests, head_has_no_body) {
  const auto answer = http_send(agent_->port(), {"HEAD", "/metrics", {}, {}});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200u);
  EXPECT_TRUE(answer->body.empty());
}

TEST_F(agent_requests, reload_by_request_is_off_unless_switched_on) {
  EXPECT_THAT(status("/-/reload", "POST"), AnyOf(403u, 404u));
}

TEST_F(agent_requests, nonsense_is_a_bad_request) {
  EXPECT_THAT(raw("nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(raw("GET /metrics HTTP/1.1\r\nno colon here\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(raw(std::string(64, '\0') + "\r\n\r\n"), StartsWith("HTTP/1.1 400"));
}

TEST_F(agent_requests, an_endless_header_is_cut_off) {
  const std::string answer =
      raw("GET /metrics HTTP/1.1\r\nX-Long: " + std::string(4 << 20, 'x') + "\r\n\r\n");
  EXPECT_THAT(answer, testing::Not(HasSubstr("not closed"))); // the answer itself may be lost in the reset
  EXPECT_THAT(answer, AnyOf("", StartsWith("HTTP/1.1 431"), StartsWith("HTTP/1.1 400")));
}

TEST_F(agent_requests, a_huge_body_is_refused_unread) {
  EXPECT_THAT(raw("POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n"),
              AnyOf(StartsWith("HTTP/1.1 413"), StartsWith("HTTP/1.1 403"), StartsWith("HTTP/1.1 404")));
}

TEST_F(agent_requests, a_request_that_never_ends_is_given_up) {
  EXPECT_THAT(raw("GET /metrics HTTP/1.1\r\nHost: "), AnyOf("", StartsWith("HTTP/1.1 408")));
}

TEST_F(agent_requests, more_connections_than_allowed_are_refused_and_then_served) {
  std::vector<raw_connection> held;
  bool refused = false;
  for (int i = 0; i < 24; ++i) {
    auto connection = raw_connection::open(agent_->port());
    if (connection && connection->write("GET /metrics HTTP/1.1\r\n"))
      held.push_back(std::move(*connection));
    else
      refused = true;
  }
  for (auto& connection : held) {
    const auto answer = connection.read_to_end(long_bound);
    refused = refused || (answer && answer->find("503") != std::string::npos);
    EXPECT_TRUE(answer) << "never closed";
  }
  EXPECT_TRUE(refused);
}

} // namespace
} // namespace reeve::test
