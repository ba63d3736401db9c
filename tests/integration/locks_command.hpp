// SPDX-License-Identifier: Apache-2.0
// `reeve locks` as a script calls it.
#pragma once

#include "tests/integration/reeve_command.hpp"
#include "tests/support/file_holder.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace reeve::test {

constexpr int locks_nobody = 0, locks_failed = 1, locks_usage = 2, locks_found = 4; // exit statuses

class locks_command : public testing::Test {
 protected:
  finished_child locks(std::vector<std::string> arguments) {
    return run_reeve("locks", std::move(arguments));
  }
  std::string file(const char* name = "a file") const { return (files_ / name).string(); }

  temp_dir files_;
};

} // namespace reeve::test
