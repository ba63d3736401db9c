// SPDX-License-Identifier: Apache-2.0
// What ends a process on this system, and what `reeve status` says of it then.
#pragma once

#include <cstdint>

namespace reeve::test {

struct process_habits {
  const char* asking;    // the first half of a rung of `stop` that asks; `}` or more of it follows
  const char* asked_end; // of one of `relatives` that was asked so
  const char* killed_end;
  int crowd; // as many processes as are many here
};
extern const process_habits habits;

// At once, whoever started it. False: there is none, or it is not ours to end.
bool kill_process(std::int64_t pid);

} // namespace reeve::test
