// SPDX-License-Identifier: Apache-2.0
// A stranger gets the number of a managed program, or of its keeper, and is left alone.
#include "tests/integration/pid_namespace.hpp"
#include "tests/integration/torture.hpp"

#include <gmock/gmock.h>

#include <csignal>

namespace reeve::test {
namespace {

using testing::HasSubstr;

class torture_pid_reuse_test : public torture {
 protected:
  // It was never told to end.
  static void expect_alive(child& stranger) {
    EXPECT_TRUE(stranger.running());
    stranger.close_stdin();
    EXPECT_EQ(stranger.wait(long_bound), 0);
  }
  static bool is_free(std::int64_t pid) {
    return wait_until([&] { return ::kill(static_cast<pid_t>(pid), 0) != 0; }, long_bound);
  }
  std::int64_t keeper_of(const std::string& name) const {
    const std::string record = read_file(folder_of(name) / "record");
    return std::stol(record.substr(record.find("\nkeeper ") + 8));
  }
};

TEST_F(torture_pid_reuse_test, of_one_that_has_ended) {
  REEVE_INSIDE_OR_RETURN();
  const std::filesystem::path go = folder_ / "go";
  begin(managed("brief", "bystander", "\"wait-for\", '" + go.string() + "', \"5\"",
                "restart = \"never\"\n" + killed_soon()));
  ASSERT_TRUE(reaches("brief", "running"));
  const std::int64_t pid = pid_of("brief"), keeper = keeper_of("brief");
  write_file(go, "");
  ASSERT_TRUE(reaches("brief", "exited"));
  ASSERT_TRUE(is_free(pid));
  ASSERT_TRUE(is_free(keeper));
  auto first = with_number(pid), second = with_number(keeper);
  ASSERT_EQ(first->pid(), pid);
  ASSERT_EQ(second->pid(), keeper);
  EXPECT_EQ(tell("stop", {"brief"}).exit_code, 0);
  replace_agent(true);
  EXPECT_EQ(tell("stop", {"brief"}).exit_code, 0);
  EXPECT_EQ(tell("stop", {"--with-processes"}).exit_code, 0);
  ASSERT_TRUE(agent_->process().wait(long_bound));
  expect_alive(*first);
  expect_alive(*second);
}

TEST_F(torture_pid_reuse_test, of_one_that_ends_between_the_decision_and_the_signal) {
  REEVE_INSIDE_OR_RETURN();
  begin(managed("late", "bystander", "\"stay\"", "stop_timeout = \"20s\"\nrestart = \"never\"\n"));
  ASSERT_TRUE(reaches("late", "running"));
  const std::int64_t pid = pid_of("late"), keeper = keeper_of("late");
  // It has ended and its keeper does not know yet: the number stays its own, however often numbers come round.
  ASSERT_EQ(::kill(static_cast<pid_t>(keeper), SIGSTOP), 0);
  ASSERT_EQ(::kill(static_cast<pid_t>(pid), SIGKILL), 0);
  auto early = with_number(pid);
  EXPECT_NE(early->pid(), pid);
  child_options how;
  how.program = reeve_program();
  how.arguments = {"stop", "late", "--instance", agent_->instance()};
  auto stop = child::start(how);
  ASSERT_TRUE(stop);
  ASSERT_TRUE(reaches("late", "stopping"));
  ASSERT_EQ(::kill(static_cast<pid_t>(keeper), SIGCONT), 0);
  EXPECT_EQ(stop->wait(long_bound), 0);
  ASSERT_TRUE(is_free(pid));
  auto late = with_number(pid);
  ASSERT_EQ(late->pid(), pid);
  EXPECT_EQ(tell("stop", {"late"}).exit_code, 0);
  EXPECT_EQ(status_of("late").at("last_end").as_string(), "signal 9");
  expect_alive(*early);
  expect_alive(*late);
}

TEST_F(torture_pid_reuse_test, of_one_whose_keeper_and_agent_were_killed) {
  REEVE_INSIDE_OR_RETURN();
  begin(managed("lost", "bystander", "\"stay\"", "stop_timeout = \"2s\"\n"));
  ASSERT_TRUE(reaches("lost", "running"));
  const std::int64_t pid = pid_of("lost"), keeper = keeper_of("lost");
  ASSERT_TRUE(agent_->process().kill());
  ASSERT_TRUE(agent_->process().wait(long_bound));
  ASSERT_EQ(::kill(static_cast<pid_t>(keeper), SIGKILL), 0);
  ASSERT_TRUE(is_free(pid));
  ASSERT_TRUE(is_free(keeper));
  auto first = with_number(pid, true), second = with_number(keeper);
  ASSERT_EQ(first->pid(), pid);
  ASSERT_EQ(second->pid(), keeper);
  ASSERT_TRUE(wait_until([&] { return ::getsid(static_cast<pid_t>(pid)) == pid; }, long_bound));
  ASSERT_TRUE(agent_->start_again());
  ASSERT_TRUE(reaches("lost", "running"));
  EXPECT_NE(pid_of("lost"), pid);
  EXPECT_EQ(status_of("lost").at("last_end").as_string(), "signal 9");
  EXPECT_EQ(tell("stop", {"lost"}).exit_code, 0);
  expect_alive(*first);
  expect_alive(*second);
}

} // namespace
} // namespace reeve::test
