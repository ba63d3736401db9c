// SPDX-License-Identifier: Apache-2.0
// A test runs itself again in a namespace of processes, where a number can be chosen (pid_namespaces(7), ns_last_pid); only
// root may.
#pragma once

#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <unistd.h>

namespace reeve::test {

// True in the namespace; else runs the test there, and its result is this one's.
inline bool is_inside() {
  if (std::getenv("REEVE_INSIDE") != nullptr) return true;
  const testing::TestInfo* const test = testing::UnitTest::GetInstance()->current_test_info();
  const temp_dir folder;
  child_options how;
  how.program = "/usr/bin/unshare";
  // The shell is the first process there, and waits for all that lose their parent.
  how.arguments = {"--pid",
                   "--fork",
                   "--mount-proc",
                   "/bin/sh",
                   "-c",
                   "\"$0\" \"$@\"; exit $?",
                   std::filesystem::read_symlink("/proc/self/exe").string(),
                   std::string("--gtest_filter=") + test->test_suite_name() + "." + test->name()};
  how.environment = {{"REEVE_INSIDE", "1"}};
  how.output_file = folder / "output";
  const auto ended = run(how, 4 * long_bound);
  EXPECT_TRUE(ended) << ended.error().message;
  EXPECT_TRUE(!ended || ended->exit_code == 0) << ended->output;
  return false;
}

// With a session of its own, as a managed program has, when it is asked for.
inline std::optional<child> with_number(std::int64_t pid, bool session = false) {
  const std::string bystander = (std::filesystem::path(REEVE_TEST_PROGRAMS) / "bystander").string();
  child_options how;
  how.program = session ? "/usr/bin/setsid" : bystander;
  how.arguments = {"wait"};
  if (session) how.arguments.insert(how.arguments.begin(), bystander);
  how.input = child_stdin::held_open;
  std::ofstream("/proc/sys/kernel/ns_last_pid") << pid - 1 << std::flush;
  auto started = child::start(how);
  EXPECT_TRUE(started);
  if (!started) return std::nullopt;
  return std::move(*started);
}

#define REEVE_INSIDE_OR_RETURN()                                                                             \
  if (::geteuid() != 0) GTEST_SKIP() << "only root may make a namespace of processes";                       \
  if (!is_inside()) return

} // namespace reeve::test
