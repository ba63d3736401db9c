// SPDX-License-Identifier: Apache-2.0
// Programs that hide their processes, multiply, or do not hear. Linux: another system has neither sessions nor fork().
#include "tests/integration/torture.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <sys/resource.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class torture_trees_test : public torture {
 protected:
  void begin_with(const std::string& words, const std::string& more) {
    begin(managed("odd", "relatives", words, more));
    EXPECT_TRUE(says("odd", "ready\n"));
  }
  void stop_it() {
    const finished_child stopped = tell("stop", {"odd"});
    EXPECT_EQ(stopped.exit_code, 0) << stopped.output;
  }
};

TEST_F(torture_trees_test, one_that_ignores_every_signal_is_killed_with_its_child) {
  begin_with("\"deaf\"", killed_soon);
  EXPECT_EQ(living().size(), 3u) << "the keeper, the program and its child";
  stop_it();
  expect_end("odd", {"stopped", "signal 9", ""});
  EXPECT_THAT(agent_->log(), HasSubstr("process: killed name=odd"));
}

TEST_F(torture_trees_test, one_that_goes_to_the_background_unasked_has_ended_and_takes_it_along) {
  begin_with("\"daemon\"", "restart = \"never\"\n");
  expect_end("odd", {"exited", "exit code 0", ""});
}

TEST_F(torture_trees_test, a_daemon_is_followed_through_two_forks_and_asked_to_end) {
  begin_with("\"daemon\"", "daemon = true\nrestart = \"never\"\nstop_timeout = \"20s\"\n");
  ASSERT_TRUE(reaches("odd", "running"));
  EXPECT_TRUE(wait_until([&] { return living().size() == 2; }, long_bound)) << "the keeper and the daemon";
  EXPECT_EQ(std::ranges::count(living(), pid_of("odd")), 1);
  replace_agent(true);
  EXPECT_EQ(std::ranges::count(living(), pid_of("odd")), 1) << "the next agent knows it too";
  stop_it();
  expect_end("odd", {"stopped", "signal 15", ""});
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

TEST_F(torture_trees_test, a_fork_storm_is_stopped_in_its_midst) {
  begin_with("\"storm\", \"800\", \"0\"", "stop_timeout = \"2s\"\n");
  stop_it();
  expect_end("odd", {"stopped", "signal 15", ""});
}

TEST_F(torture_trees_test, a_fork_storm_that_its_first_process_leaves_is_ended) {
  begin_with("\"storm\", \"800\", \"6\"", "restart = \"never\"\n");
  expect_end("odd", {"exited", "exit code 6", ""});
}

TEST_F(torture_trees_test, one_that_has_stopped_itself_hears_that_it_is_to_end) {
  begin_with("\"stopped\"", "stop_timeout = \"20s\"\n");
  EXPECT_EQ(state_of("odd"), "running");
  stop_it();
  expect_end("odd", {"stopped", "signal 15", ""});
  EXPECT_THAT(agent_->log(), Not(HasSubstr("process: killed")));
}

TEST_F(torture_trees_test, one_that_waits_for_none_of_its_children_is_not_taken_for_its_zombies) {
  begin_with("\"zombies\", \"50\"", "stop_timeout = \"20s\"\n");
  const auto pid = static_cast<pid_t>(pid_of("odd"));
  EXPECT_EQ(state_of("odd"), "running") << "its first thread has ended, its second one lives";
  stop_it();
  expect_end("odd", {"stopped", "signal 15", ""});
  EXPECT_NE(::kill(pid, 0), 0);
}

TEST_F(torture_trees_test, a_signal_for_the_tree_reaches_more_processes_than_a_keeper_may_have_open) {
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

TEST_F(torture_trees_test, all_of_them_end_with_an_agent_that_takes_them_along) {
  begin(managed("deaf", "relatives", "\"deaf\"", killed_soon) +
        managed("stopped", "relatives", "\"stopped\"", "stop_timeout = \"5s\"\n") +
        managed("storm", "relatives", "\"storm\", \"200\", \"0\"", "stop_timeout = \"5s\"\n") +
        managed("daemon", "relatives", "\"daemon\"", "daemon = true\nstop_timeout = \"5s\"\n"));
  for (const char* name : {"deaf", "stopped", "storm", "daemon"})
    EXPECT_TRUE(says(name, "ready\n"));
  const finished_child stopped = tell("stop", {"--with-processes"});
  EXPECT_EQ(stopped.exit_code, 0) << stopped.output;
  ASSERT_TRUE(agent_->process().wait(long_bound));
  expect_nothing_left();
  for (const auto& group : std::filesystem::recursive_directory_iterator("/sys/fs/cgroup"))
    EXPECT_NE(group.path().filename(), "reeve-" + agent_->instance()) << "its control group is left";
}

} // namespace
} // namespace reeve::test
