// SPDX-License-Identifier: Apache-2.0
// What only Windows has: a console that a whole tree shares.
#include "tests/integration/torture_trees.hpp"

#include <gmock/gmock.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;
using testing::Not;

using torture_trees_windows_test = torture_trees;

TEST_F(torture_trees_windows_test, ctrl_c_reaches_each_process_on_its_console) {
  begin_with("\"crowd\", \"20\"", asked("25s"));
  EXPECT_EQ(living().size(), 22u) << "the keeper, the program and its children";
  stop_it();
  expect_end("odd", {"stopped", "exit code 3", ""});
  EXPECT_THAT(agent_->log(), Not(HasSubstr("process: killed")));
}

TEST_F(torture_trees_windows_test, one_that_hears_no_event_at_all_is_killed_with_its_child) {
  begin_with("\"deaf\"",
             "stop_timeout = \"6s\"\nstop = [{ console = \"close-window\", timeout = \"300ms\" }, "
             "{ console = \"ctrl-c\", timeout = \"300ms\" }, "
             "{ console = \"ctrl-break\", timeout = \"300ms\" }]\n");
  stop_it();
  expect_end("odd", {"stopped", "exit code 1", ""});
  EXPECT_THAT(agent_->log(), HasSubstr("process: killed name=odd"));
}

} // namespace
} // namespace reeve::test
