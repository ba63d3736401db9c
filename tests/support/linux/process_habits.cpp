// SPDX-License-Identifier: Apache-2.0
#include "tests/support/process_habits.hpp"

#include <csignal>

namespace reeve::test {

const process_habits habits{"{ signal = \"SIGTERM\"", "signal 15", "signal 9", 800};

bool kill_process(std::int64_t pid) {
  return ::kill(static_cast<pid_t>(pid), SIGKILL) == 0;
}

} // namespace reeve::test
