// SPDX-License-Identifier: Apache-2.0
// From the agent through eventlog-writer into the journal's socket, which here belongs to the test.
#include "linux/test_socket.hpp"

#include "tests/support/agent_process.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::test {
namespace {

using eventlog_writer::test_socket;
using testing::HasSubstr;

class eventlog : public testing::Test {
 protected:
  void start() {
    agent_options options;
    options.plugins =
        cat("[plugin.process-watch]\n[plugin.eventlog-writer]\ninterval = \"200ms\"\njournal_socket = '",
            path_, "'\nsyslog_socket = '/nowhere'\n");
    auto started = agent_process::start(options);
    ASSERT_TRUE(started) << started.error().message;
    agent_ = *std::move(started);
  }
  // Whether an entry with this text comes.
  bool comes(test_socket& from, const std::string& text) {
    return wait_until(
        [&] {
          while (const auto got = from.receive())
            seen_ += got->bytes;
          return seen_.find(text) != std::string::npos;
        },
        long_bound);
  }
  bool shows(std::string_view metric, double value) {
    return wait_until(
        [&] {
          const auto e = agent_->metrics();
          return e && e->value(metric) == value;
        },
        long_bound);
  }

  temp_dir folder_;
  const std::string path_ = (folder_ / "journal").string();
  std::string seen_;
  std::unique_ptr<agent_process> agent_;
};

TEST_F(eventlog, has_the_agents_events_with_their_ids) {
  test_socket journal(path_);
  start();
  EXPECT_TRUE(comes(journal, "REEVE_EVENT=agent.started\nREEVE_SOURCE=agent\nREEVE_EVENT_ID=1\n")) << seen_;
  EXPECT_TRUE(comes(journal, "MESSAGE=Plugin process-watch ")) << seen_;
  agent_->rewrite_raw("[plugin.process-watch]\nintervall = \"1s\"\n");
  ASSERT_TRUE(agent_->reload());
  EXPECT_TRUE(comes(journal, "REEVE_EVENT=config.refused")) << seen_;
  EXPECT_TRUE(shows("reeve_eventlog_up", 1));
  ASSERT_TRUE(agent_->ask_to_stop());
  EXPECT_EQ(agent_->process().wait(long_bound), 0);
  EXPECT_TRUE(comes(journal, "REEVE_EVENT=agent.stopping")) << seen_;
}

TEST_F(eventlog, that_is_away_is_waited_for_and_nothing_is_lost) {
  start();
  EXPECT_TRUE(shows("reeve_eventlog_up", 0));
  EXPECT_EQ(agent_->get("/-/ready")->status, 200u) << "the agent does not wait for it";
  test_socket journal(path_);
  EXPECT_TRUE(comes(journal, "REEVE_EVENT=agent.started")) << seen_;
  EXPECT_TRUE(shows("reeve_eventlog_up", 1));
  EXPECT_TRUE(shows("reeve_event_sink_waiting", 0));
  EXPECT_TRUE(shows("reeve_event_sink_dropped_total", 0));
}

} // namespace
} // namespace reeve::test
