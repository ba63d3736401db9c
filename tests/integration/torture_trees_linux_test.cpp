// SPDX-License-Identifier: Apache-2.0
// What only Linux has: stopped processes, zombies, limits of descriptors, control groups.
#include "tests/integration/torture_trees.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <sys/resource.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;
using testing::Not;

using torture_trees_linux_test = torture_trees;

TEST_F(torture_trees_linux_test, one_that_has_stopped_itself_hears_that_it_is_to_end) {
  begin_with("\"stopped\"", "stop_timeout = \"20s\"\n");
  EXPECT_EQ(state_of("odd"), "running");
  stop_it();
  expect_end("odd", {"stopped", "signal 15", ""});
  EXPECT_THAT(agent_->log(), Not(HasSubstr("process: killed")));
}

TEST_F(torture_trees_linux_test, one_that_waits_for_none_of_its_children_is_not_taken_for_its_zombies) {
  begin_with("\"zombies\", \"50\"", "stop_timeout = \"20s\"\n");
  const auto pid = static_cast<pid_t>(pid_of("odd"));
  EXPECT_EQ(state_of("odd"), "running") << "its first thread has ended, its second one lives";
  stop_it();
  expect_end("odd", {"stopped", "signal 15", ""});
  EXPECT_NE(::kill(pid, 0), 0);
}

TEST_F(torture_trees_linux_test, a_signal_for_the_tree_reaches_more_processes_than_a_keeper_may_have_open) {
  // The agent and its keepers inherit it.
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit few{300, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  begin_with("\"crowd\", \"500\"",
             "stop_timeout = \"25s\"\nstop = [{ signal = \"SIGTERM\", to = \"tree\" }]\n");
  ::setrlimit(RLIMIT_NOFILE, &before);
  stop_it();
  expect_end("odd", {"stopped", "exit code 3", ""});
  EXPECT_THAT(agent_->log(), Not(HasSubstr("process: killed")));
}

TEST_F(torture_trees_linux_test, one_that_has_stopped_itself_and_its_control_group_end_with_the_agent) {
  begin_with("\"stopped\"", "stop_timeout = \"5s\"\n");
  const finished_child stopped = tell("stop", {"--with-processes"});
  EXPECT_EQ(stopped.exit_code, 0) << stopped.output;
  ASSERT_TRUE(agent_->process().wait(long_bound));
  expect_nothing_left();
  for (const auto& group : std::filesystem::recursive_directory_iterator("/sys/fs/cgroup"))
    EXPECT_NE(group.path().filename(), "reeve-" + agent_->instance()) << "its control group is left";
}

} // namespace
} // namespace reeve::test
