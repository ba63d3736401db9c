// SPDX-License-Identifier: Apache-2.0
// What one run leaves behind must not be the end of the next one, nor of a stranger. Linux.
#include "tests/integration/loopback_port.hpp"
#include "tests/integration/torture.hpp"

#include <gmock/gmock.h>

#include <csignal>

namespace reeve::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class torture_successors_test : public torture {
 protected:
  std::string server(int port, const std::string& more) const {
    return managed("server", "relatives",
                   "\"serve\", \"" + std::to_string(port) + "\", '" + (folder_ / "lock").string() + "'",
                   "restart_delay = \"1ms\"\nrestart_delay_max = \"1ms\"\n" + more);
  }
};

TEST_F(torture_successors_test, a_port_and_a_lock_that_a_child_still_holds_are_free_for_the_next_one) {
  const int port = free_port();
  begin(server(port, "give_up_after = 20\nport_taken = \"fail\"\nports = [" + std::to_string(port) + "]\n"));
  expect_end("server", {"given_up", "exit code 3", ""});
  std::string all;
  for (int i = 0; i < 20; ++i)
    all += "ready\n";
  EXPECT_EQ(output_of("server"), all);
}

TEST_F(torture_successors_test, a_start_by_hand_finds_them_free_too) {
  const int port = free_port();
  begin(server(port, "restart = \"never\"\n"));
  for (int i = 0; i < 5; ++i) {
    expect_end("server", {"exited", "exit code 3", ""});
    (void)tell("start", {"server", "--timeout", "2s"});
  }
  EXPECT_THAT(output_of("server"), Not(HasSubstr("taken")));
}

TEST_F(torture_successors_test, one_whose_keeper_and_agent_were_killed_leaves_nothing_to_the_next) {
  begin(managed("deaf", "relatives", "\"deaf\"", std::string("restart_delay = \"1ms\"\n") + killed_soon));
  ASSERT_TRUE(says("deaf", "ready\n"));
  ASSERT_TRUE(agent_->process().kill());
  ASSERT_TRUE(agent_->process().wait(long_bound));
  const std::vector<std::int64_t> before = living();
  EXPECT_EQ(before.size(), 3u);
  const std::string record = read_file(folder_of("deaf") / "record");
  const auto keeper = static_cast<pid_t>(std::stol(record.substr(record.find("\nkeeper ") + 8)));
  ASSERT_EQ(::kill(keeper, SIGKILL), 0);
  ASSERT_TRUE(agent_->start_again());
  ASSERT_TRUE(wait_until([&] { return state_of("deaf") == "running" && living().size() == 3; }, long_bound));
  for (const std::int64_t pid : living())
    EXPECT_EQ(std::ranges::count(before, pid), 0) << pid;
  EXPECT_EQ(status_of("deaf").at("last_end").as_string(), "signal 9");
}

TEST_F(torture_successors_test, a_stranger_that_writes_into_its_output_does_not_hold_up_its_end) {
  begin(managed("odd", "bystander", "\"deaf\"", std::string("output_max_size = \"1MB\"\n") + killed_soon));
  ASSERT_TRUE(says("odd", "ready\n"));
  child_options how;
  how.program = "/bin/sh";
  how.arguments = {"-c", "exec yes > /proc/" + std::to_string(pid_of("odd")) + "/fd/1"};
  auto stranger = child::start(how);
  ASSERT_TRUE(stranger);
  ASSERT_TRUE(
      wait_until([&] { return std::filesystem::exists(folder_of("odd") / "output.log.1"); }, long_bound));
  const finished_child stopped = tell("stop", {"odd"});
  EXPECT_EQ(stopped.exit_code, 0) << stopped.output;
  expect_end("odd", {"stopped", "signal 9", ""});
  EXPECT_TRUE(stranger->wait(long_bound)) << "nobody reads any more";
}

} // namespace
} // namespace reeve::test
