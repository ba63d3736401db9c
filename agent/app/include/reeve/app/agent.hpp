// SPDX-License-Identifier: Apache-2.0
// The running agent: everything is built here, and one event loop carries it.
#pragma once

#include <string>

namespace reeve::app {

// What `main` returns; `reeve --help` lists them.
enum exit_status : int {
  exit_ok = 0,
  exit_failed = 1,     // it ran into trouble
  exit_usage = 2,      // the command line is wrong
  exit_bad_config = 3, // the configuration has errors; all of them were printed
  // what was asked about is there: a port is taken, a file is held, a leak is suspected, something is hidden
  exit_found = 4
};

struct run_options {
  std::string config_path;
  std::string plugin_dir; // when not empty, instead of the configuration's
};

// Runs until a stop signal. Blocks. Returns an exit_status; when plugin threads are stuck it does not return but ends
// the process with that status.
int run(const run_options& options);

const char* version() noexcept;  // "0.1.0"
const char* revision() noexcept; // of the source; "unknown" outside a checkout

} // namespace reeve::app
