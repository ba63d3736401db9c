// SPDX-License-Identifier: Apache-2.0
// One managed program of `relatives`, by the name of "odd".
#pragma once

#include "tests/integration/torture.hpp"

namespace reeve::test {

class torture_trees : public torture {
 protected:
  void begin_with(const std::string& words, const std::string& more) {
    begin(managed("odd", "relatives", words, more));
    EXPECT_TRUE(says("odd", "ready\n"));
  }
  void stop_it() {
    const finished_child stopped = tell("stop", {"odd"});
    EXPECT_EQ(stopped.exit_code, 0) << stopped.output;
  }
  static std::string storm(int count, int code) {
    return "\"storm\", \"" + std::to_string(count) + "\", \"" + std::to_string(code) + "\"";
  }
};

} // namespace reeve::test
