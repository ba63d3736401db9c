// SPDX-License-Identifier: Apache-2.0
// Reads the processes of this machine and prints those that were asked for: what `ps` and `tree` have in common.
#pragma once

#include "ps/process_columns.hpp"

#include "reeve/base/clock.hpp"

#include <string>
#include <vector>

namespace reeve::cli {

struct process_view {
  list_options list;
  std::vector<const process_column*> columns; // empty: the usual ones for the width of the terminal
  nanoseconds interval{0};                    // over which processor shares are measured; 0: they are not
  std::string lines = "auto";                 // of a tree: "auto", "ascii", "utf8"
  bool json = false;
};

// What could not be read for lack of rights goes to standard error. The exit status: exit_failed when the filters accept
// no process.
int show_processes(const process_view& view);

} // namespace reeve::cli
