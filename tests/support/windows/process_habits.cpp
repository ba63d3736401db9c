// SPDX-License-Identifier: Apache-2.0
#include "tests/support/process_habits.hpp"

#include "child_state.hpp"

namespace reeve::test {

// Ctrl+C, for Wine 8.0 sends no Ctrl+Break. A program that does not handle it ends with a code of the system's, under Wine
// with another one; `relatives` handles it. A start costs a hundred times as much as a fork.
const process_habits habits{"{ console = \"ctrl-c\"", "exit code 15", "exit code 1", 40};

bool kill_process(std::int64_t pid) {
  const handle process(::OpenProcess(PROCESS_TERMINATE, FALSE, static_cast<DWORD>(pid)));
  return process.get() && ::TerminateProcess(process.get(), 1);
}

} // namespace reeve::test
