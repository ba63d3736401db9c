// SPDX-License-Identifier: Apache-2.0
// A stranger that opens what belongs to a program, which /proc makes possible.
#include "tests/integration/torture.hpp"

namespace reeve::test {
namespace {

using torture_successors_linux_test = torture;

TEST_F(torture_successors_linux_test, a_stranger_that_writes_into_its_output_does_not_hold_up_its_end) {
  begin(managed("odd", "bystander", "\"deaf\"", "output_max_size = \"1MB\"\n" + killed_soon()));
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
