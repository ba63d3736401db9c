// SPDX-License-Identifier: Apache-2.0
#include "health_probes.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/http/server.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include <optional>

namespace reeve::app {
namespace {

using namespace std::chrono_literals;
using supervise::probe_answer;
using ::testing::ElementsAre;

struct health_probes : ::testing::Test {
  boost::asio::io_context loop;
  std::string command_line;
  result<supervise::process_end> end = supervise::process_end{};
  run_command run = [this](const std::string& program, const std::vector<std::string>& args,
                           nanoseconds timeout,
                           const std::function<void(result<supervise::process_end>)>& done) {
    command_line = cat(program, " ", args.at(0), " ", format_duration(timeout));
    done(end);
  };

  probe_answer ask(const config::health_settings& s) {
    const auto checks = make_checks(loop, {s}, run);
    if (!checks) return {false, checks.error().message};
    std::optional<probe_answer> answer;
    checks->at(0).ask(20s, [&](probe_answer a) { answer = std::move(a); });
    loop.restart();
    while (!answer && loop.run_one_for(30s) != 0) {
    }
    return answer.value_or(probe_answer{false, "no answer"});
  }
};

config::health_settings command() {
  config::health_settings s;
  s.type = "command";
  s.command = "/bin/probe";
  s.args = {"-q"};
  return s;
}

TEST_F(health_probes, a_command_passes_when_it_ends_with_0) {
  auto answer = ask(command());
  EXPECT_TRUE(answer.passed);
  EXPECT_EQ(answer.text, "exit code 0");
  EXPECT_EQ(command_line, "/bin/probe -q 20s");
  end = supervise::process_end{false, 2};
  answer = ask(command());
  EXPECT_FALSE(answer.passed);
  EXPECT_EQ(answer.text, "exit code 2");
  end = error{errc::timed_out, "it was ended after 20s"};
  answer = ask(command());
  EXPECT_FALSE(answer.passed);
  EXPECT_EQ(answer.text, "it was ended after 20s");
}

TEST_F(health_probes, ask_as_their_settings_say) {
  auto server = *http::server::create(loop, {.listen = {"127.0.0.1:0"}});
  std::vector<std::string> seen;
  server->route("GET", "/health", [&](const http::request& r, const http::reply& to) {
    seen.push_back(cat(r.method, " ", r.path, " ", r.accept));
    http::response answer;
    answer.status = 404;
    answer.content_type = "text/plain";
    answer.body = "queue 12";
    to(std::move(answer));
  });
  const auto where = server->addresses().at(0);

  config::health_settings s;
  s.type = "http";
  s.url = {false, where.host, where.port, "/health"};
  s.headers = {{"Accept", "text/plain"}};
  EXPECT_EQ(ask(s).text, "status 404, expected is 200 to 399");
  s.expect_status = {{404, 404}};
  s.expect_body = "queue";
  s.expect_body_regex = "\\d+$";
  EXPECT_EQ(ask(s).text, "status 404");
  s.expect_body = "well";
  EXPECT_FALSE(ask(s).passed);
  s.expect_body.clear();
  s.expect_body_regex = "^\\d+$";
  EXPECT_FALSE(ask(s).passed);
  s.expect_body_regex.clear();
  s.method = "HEAD";
  EXPECT_TRUE(ask(s).passed);
  EXPECT_THAT(seen, ElementsAre("GET /health text/plain", "GET /health text/plain", "GET /health text/plain",
                                "GET /health text/plain", "HEAD /health text/plain"));

  config::health_settings tcp;
  tcp.type = "tcp";
  tcp.address = {where.host, where.port};
  EXPECT_TRUE(ask(tcp).passed);
}

TEST_F(health_probes, keep_names_and_limits) {
  config::health_settings s = command();
  s.name = "queue";
  s.grace = 1s;
  s.interval = 2s;
  s.timeout = 3s;
  s.retries = 4;
  s.success_threshold = 5;
  const auto checks = make_checks(loop, {s}, run);
  ASSERT_TRUE(checks);
  EXPECT_EQ(checks->at(0).name, "queue");
  const supervise::health_limits& l = checks->at(0).limits;
  EXPECT_EQ(l.grace, 1s);
  EXPECT_EQ(l.interval, 2s);
  EXPECT_EQ(l.timeout, 3s);
  EXPECT_EQ(l.retries, 4u);
  EXPECT_EQ(l.success_threshold, 5u);
}

} // namespace
} // namespace reeve::app
