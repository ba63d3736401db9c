// SPDX-License-Identifier: Apache-2.0
// The program that was built, run to its end as a script runs it.
#pragma once

#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace reeve::test {

inline std::filesystem::path reeve_program() {
  return std::filesystem::path(REEVE_BIN_DIR) / executable_name("reeve");
}

// Both streams in the output, without the '\r' that Windows adds to each end of a line. Fails the test, with the status
// -1, when there is no end.
inline finished_child run_reeve(std::vector<std::string> arguments) {
  const temp_dir folder;
  child_options how;
  how.program = reeve_program();
  how.arguments = std::move(arguments);
  how.output_file = folder / "output";
  auto ended = run(how, long_bound);
  EXPECT_TRUE(ended) << ended.error().message;
  if (!ended) return {-1, {}};
  std::erase(ended->output, '\r');
  return *std::move(ended);
}

// Of a verb: `reeve VERB ARGUMENTS...`
inline finished_child run_reeve(const char* verb, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), verb);
  return run_reeve(std::move(arguments));
}

} // namespace reeve::test
