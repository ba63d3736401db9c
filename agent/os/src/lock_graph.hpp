// SPDX-License-Identifier: Apache-2.0
// Who waits for whom. Pure.
#pragma once

#include "reeve/os/file_lock_table.hpp"

#include <cstdint>
#include <vector>

namespace reeve::os {

// Fills in what each waiting lock waits for: every lock held on its file by somebody else that conflicts with it, not
// only the one under which the kernel lists it. `listed_under`: for each row the held row that the kernel put it
// under; its own place for a held one. Then how long the chains are, and which waiters are in a cycle.
//
// A chain goes from process to process: a process that waits with one thread and holds with another counts as one, so
// a cycle among processes with several threads may yet dissolve. A process that waits for itself is no cycle.
void connect_waiters(file_lock_rows& table, const std::vector<std::uint32_t>& listed_under);

} // namespace reeve::os
