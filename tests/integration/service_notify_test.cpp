// SPDX-License-Identifier: Apache-2.0
// The agent as systemd runs it: what comes out of its notify socket.
#include "tests/support/agent_process.hpp"
#include "tests/support/linux/notify_socket.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace reeve::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class notified_systemd : public testing::Test {
 protected:
  void start(const std::string& plugins = {}) {
    agent_options options;
    options.plugins = plugins;
    options.environment = {{"NOTIFY_SOCKET", manager_.address()}, {"WATCHDOG_USEC", "200000"}};
    auto started = agent_process::start(options);
    ASSERT_TRUE(started) << started.error().message;
    agent_ = std::move(*started);
  }
  std::vector<std::string> until(const char* message) { return manager_.receive_until(message, long_bound); }

  temp_dir folder_;
  notify_socket manager_{(folder_ / "notify").string()};
  std::unique_ptr<agent_process> agent_;
};

TEST_F(notified_systemd, of_its_start_its_life_and_its_end) {
  start();
  const auto begun = until("READY=1");
  ASSERT_FALSE(begun.empty());
  EXPECT_EQ(begun.back(), cat("READY=1\nMAINPID=", agent_->process().pid()));
  EXPECT_FALSE(until("STATUS=serving").empty());
  EXPECT_FALSE(until("WATCHDOG=1").empty());
  EXPECT_FALSE(until("WATCHDOG=1").empty()) << "again and again";

  ASSERT_TRUE(agent_->ask_to_stop());
  EXPECT_FALSE(until("STATUS=stopping: signal 15").empty());
  EXPECT_THAT(until("STOPPING=1"), Contains(HasSubstr("EXTEND_TIMEOUT_USEC=10000000")));
  EXPECT_EQ(agent_->process().wait(long_bound), 0);
}

TEST_F(notified_systemd, of_reloads_whoever_asks_for_them) {
  start();
  ASSERT_FALSE(until("READY=1").empty());
  ASSERT_TRUE(agent_->process().hang_up());
  EXPECT_THAT(until("RELOADING=1"), Contains(StartsWith("RELOADING=1\nMONOTONIC_USEC=")));
  EXPECT_FALSE(until("READY=1").empty());

  agent_->rewrite_raw("nonsense");
  ASSERT_TRUE(agent_->reload());
  EXPECT_FALSE(until("RELOADING=1").empty());
  EXPECT_FALSE(until("READY=1").empty());
  EXPECT_FALSE(until("STATUS=serving; the configuration on disk was refused").empty());
}

TEST_F(notified_systemd, and_not_by_its_children) {
  const std::string output = (folder_ / "environment").string();
  start(cat("[[process]]\nname = \"env\"\ncommand = \"/usr/bin/env\"\nrestart = \"never\"\noutput = \"",
            output, "\"\n"));
  ASSERT_TRUE(wait_until(
      [&] { return std::filesystem::exists(output) && read_file(output).find("PATH=") != std::string::npos; },
      long_bound));
  EXPECT_THAT(read_file(output), Not(HasSubstr("NOTIFY_SOCKET")));
  EXPECT_THAT(read_file(output), Not(HasSubstr("WATCHDOG_")));
}

TEST_F(notified_systemd, not_before_it_works) {
  write_file(folder_ / "reeve.toml", "[plugin.process-watch]\ninterval = \"soon\"\n");
  child_options how;
  how.program = std::filesystem::path(REEVE_BIN_DIR) / executable_name("reeve");
  how.arguments = {"run", "--config", (folder_ / "reeve.toml").string()};
  how.environment = {{"NOTIFY_SOCKET", manager_.address()}};
  how.output_file = folder_ / "output";
  const auto ended = run(how, long_bound);
  ASSERT_TRUE(ended) << ended.error().message;
  EXPECT_EQ(ended->exit_code, 3) << "by which systemd tries again";
  EXPECT_THAT(manager_.receive(), Not(Contains(StartsWith("READY=1"))));
}

} // namespace
} // namespace reeve::test
