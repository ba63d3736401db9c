// SPDX-License-Identifier: Apache-2.0
// The examples that --help gives are command lines that reeve takes.
#include "tests/integration/reeve_command.hpp"
#include "tests/support/agent_process.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace reeve::test {
namespace {

// How many there were; none may be refused as wrong usage.
int try_examples_of(const char* verb) {
  const std::string help = run_reeve({verb, "--help"}).output;
  std::istringstream lines(help.substr(std::min(help.find("Examples:"), help.size())));
  int count = 0;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    std::vector<std::string> arguments;
    if (!(words >> word) || word != "reeve") continue;
    while (words >> word)
      arguments.push_back(word);
    const finished_child done = run_reeve(arguments);
    // 1: no such process or file here; 4: what was asked about is there
    EXPECT_THAT(done.exit_code, testing::AnyOf(0, 1, 4)) << line << "\n" << done.output;
    ++count;
  }
  return count;
}

TEST(command_examples, are_taken) {
  EXPECT_GE(try_examples_of("ps"), 5);
  EXPECT_GE(try_examples_of("locks"), 5);
}

TEST(command_examples, columns_may_be_given_together_or_apart) {
  const finished_child together = run_reeve({"ps", "--top", "1", "--columns", "pid,threads"});
  EXPECT_EQ(together.exit_code, 0) << together.output;
  EXPECT_NE(together.output.find("THREADS"), std::string::npos) << together.output;
  EXPECT_EQ(together.output.find("MEMORY"), std::string::npos) << together.output;
  const finished_child apart = run_reeve({"ps", "--top", "1", "--columns", "pid", "--columns", "threads"});
  EXPECT_EQ(apart.exit_code, 0) << apart.output;
  EXPECT_NE(apart.output.find("THREADS"), std::string::npos) << apart.output;
}

} // namespace
} // namespace reeve::test
