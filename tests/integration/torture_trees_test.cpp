// SPDX-License-Identifier: Apache-2.0
// Programs that hide their processes, multiply, or do not hear.
#include "tests/integration/torture_trees.hpp"

#include <gmock/gmock.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;
using testing::Not;

using torture_trees_test = torture_trees;

TEST_F(torture_trees_test, one_that_ignores_every_signal_is_killed_with_its_child) {
  begin_with("\"deaf\"", killed_soon());
  EXPECT_EQ(living().size(), 3u) << "the keeper, the program and its child";
  stop_it();
  expect_end("odd", {"stopped", habits.killed_end, ""});
  EXPECT_THAT(agent_->log(), HasSubstr("process: killed name=odd"));
}

TEST_F(torture_trees_test, one_that_goes_to_the_background_unasked_has_ended_and_takes_it_along) {
  begin_with("\"daemon\"", "restart = \"never\"\n");
  expect_end("odd", {"exited", "exit code 0", ""});
}

TEST_F(torture_trees_test, a_daemon_is_followed_through_two_forks_and_asked_to_end) {
  begin_with("\"daemon\"", "daemon = true\nrestart = \"never\"\n" + asked("20s"));
  ASSERT_TRUE(reaches("odd", "running"));
  EXPECT_TRUE(wait_until([&] { return living().size() == 2; }, long_bound)) << "the keeper and the daemon";
  EXPECT_EQ(std::ranges::count(living(), pid_of("odd")), 1);
  replace_agent(true);
  EXPECT_EQ(std::ranges::count(living(), pid_of("odd")), 1) << "the next agent knows it too";
  stop_it();
  expect_end("odd", {"stopped", habits.asked_end, ""});
  EXPECT_THAT(agent_->log(), Not(HasSubstr("process: killed")));
}

TEST_F(torture_trees_test, what_outlives_its_parent_goes_before_the_end_is_told) {
  begin_with("\"orphans\", \"20\", \"3\"", "restart = \"never\"\n");
  ASSERT_TRUE(reaches("odd", "exited"));
  EXPECT_LE(living().size(), 1u) << "the keeper at most";
  expect_end("odd", {"exited", "exit code 3", ""});
}

TEST_F(torture_trees_test, each_of_its_restarts_begins_with_nothing_left) {
  begin(managed("odd", "relatives", "\"orphans\", \"8\", \"3\"",
                "restart_delay = \"1ms\"\nrestart_delay_max = \"1ms\"\ngive_up_after = 10\n"));
  expect_end("odd", {"given_up", "exit code 3", ""});
  std::string all;
  for (int i = 0; i < 10; ++i)
    all += "ready\n";
  EXPECT_EQ(output_of("odd"), all);
}

TEST_F(torture_trees_test, a_storm_of_starts_is_stopped_in_its_midst) {
  begin_with(storm(habits.crowd, 0), asked("2s"));
  stop_it();
  expect_end("odd", {"stopped", habits.asked_end, ""});
}

TEST_F(torture_trees_test, a_storm_that_its_first_process_leaves_is_ended) {
  begin_with(storm(habits.crowd, 6), "restart = \"never\"\n");
  expect_end("odd", {"exited", "exit code 6", ""});
}

TEST_F(torture_trees_test, all_of_them_end_with_an_agent_that_takes_them_along) {
  begin(managed("deaf", "relatives", "\"deaf\"", killed_soon()) +
        managed("storm", "relatives", storm(habits.crowd / 4, 0), asked("5s")) +
        managed("daemon", "relatives", "\"daemon\"", "daemon = true\n" + asked("5s")));
  for (const char* name : {"deaf", "storm", "daemon"})
    EXPECT_TRUE(says(name, "ready\n"));
  const finished_child stopped = tell("stop", {"--with-processes"});
  EXPECT_EQ(stopped.exit_code, 0) << stopped.output;
  ASSERT_TRUE(agent_->process().wait(long_bound));
  expect_nothing_left();
}

} // namespace
} // namespace reeve::test
