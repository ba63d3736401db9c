// SPDX-License-Identifier: Apache-2.0
// What one run leaves behind must not be the end of the next one, nor of a stranger.
#include "tests/integration/torture.hpp"

#include "tests/support/free_port.hpp"

#include <gmock/gmock.h>

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
  begin(managed("deaf", "relatives", "\"deaf\"", "restart_delay = \"1ms\"\n" + killed_soon()));
  ASSERT_TRUE(says("deaf", "ready\n"));
  ASSERT_TRUE(agent_->process().kill());
  ASSERT_TRUE(agent_->process().wait(long_bound));
  const std::vector<std::int64_t> before = living();
  EXPECT_EQ(before.size(), 3u);
  const std::string record = read_file(folder_of("deaf") / "record");
  ASSERT_TRUE(kill_process(std::stol(record.substr(record.find("\nkeeper ") + 8))));
  ASSERT_TRUE(agent_->start_again());
  ASSERT_TRUE(wait_until([&] { return state_of("deaf") == "running" && living().size() == 3; }, long_bound));
  for (const std::int64_t pid : living())
    EXPECT_EQ(std::ranges::count(before, pid), 0) << pid;
  EXPECT_EQ(status_of("deaf").at("last_end").as_string(), habits.killed_end);
}

} // namespace
} // namespace reeve::test
