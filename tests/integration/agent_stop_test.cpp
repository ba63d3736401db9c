// SPDX-License-Identifier: Apache-2.0
// Asked to end, the agent ends with status 0, whatever its clients are doing.
#include "tests/support/agent_process.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace reeve::test {
namespace {

struct way {
  const char* name;
  result<> (*ask)(agent_process&);
};
void PrintTo(const way& w, std::ostream* out) {
  *out << w.name;
}

class agent_stop : public testing::TestWithParam<way> {
 protected:
  void SetUp() override {
    agent_options options;
    options.scrape = "max_age = \"0s\"";
    options.plugins = "[plugin.process-watch]\ninterval = \"100ms\"\n";
    auto started = agent_process::start(options);
    ASSERT_TRUE(started) << started.error().message;
    agent_ = std::move(*started);
  }
  void ask_and_expect_a_clean_end() {
    const auto asked = GetParam().ask(*agent_);
    if (!asked && asked.error().code == errc::unsupported) GTEST_SKIP() << asked.error().message;
    ASSERT_TRUE(asked) << asked.error().message;
    const auto code = agent_->process().wait(long_bound);
    ASSERT_TRUE(code) << "it still runs; its log:\n" << agent_->log();
    EXPECT_EQ(*code, 0) << agent_->log();
  }

  std::unique_ptr<agent_process> agent_;
};

TEST_P(agent_stop, idle) {
  ask_and_expect_a_clean_end();
  if (IsSkipped()) return;
  EXPECT_FALSE(agent_->get("/-/healthy")) << "the port is still served";
}

TEST_P(agent_stop, under_scrapes) {
  std::atomic<int> whole{0}, cut{0};
  std::atomic<bool> stop{false};
  std::vector<std::thread> scrapers;
  for (int i = 0; i < 4; ++i)
    scrapers.emplace_back([&] {
      while (!stop) {
        const auto answer = agent_->get("/metrics");
        if (!answer) continue; // refused or cut: the client can see that
        const bool good = answer->status != 200 || parse_text_0_0_4(answer->body);
        ++(good ? whole : cut);
      }
    });
  const bool under_way = wait_until([&] { return whole >= 8; }, long_bound);
  ask_and_expect_a_clean_end();
  stop = true;
  for (auto& thread : scrapers)
    thread.join();
  EXPECT_TRUE(under_way);
  EXPECT_EQ(cut, 0) << "an answer looked whole and was not";
}

TEST_P(agent_stop, with_a_client_that_never_finishes_its_request) {
  auto connection = raw_connection::open(agent_->port());
  ASSERT_TRUE(connection) << connection.error().message;
  ASSERT_TRUE(connection->write("GET /metrics HTTP/1.1\r\nHost: "));
  ask_and_expect_a_clean_end();
}

result<> by_command(agent_process& agent) {
  const auto finished = agent.stop();
  if (!finished) return finished.error();
  if (finished->exit_code != 0) return error{errc::failed, finished->output};
  // It waits for the end: what is left of the process is its last instructions.
  const auto again = agent.stop();
  if (!again || again->exit_code != 1) return error{errc::failed, "reeve stop ended before the agent did"};
  return {};
}

const way ways[] = {{"terminate", [](agent_process& a) { return a.process().terminate(); }},
                    {"interrupt", [](agent_process& a) { return a.process().interrupt(); }},
                    {"command", &by_command}};
INSTANTIATE_TEST_SUITE_P(by, agent_stop, testing::ValuesIn(ways),
                         [](const auto& row) { return std::string(row.param.name); });

} // namespace
} // namespace reeve::test
