// SPDX-License-Identifier: Apache-2.0
// What to start, and as what: all that a start of a program depends on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace reeve::os {

struct output_plan {
  enum class target : std::uint8_t {
    nowhere,
    inherit, // the agent's own standard error
    file
  };
  target to = target::nowhere;
  std::string file;                 // absolute; standard output and error are appended to it
  std::uint64_t max_size_bytes = 0; // of the file before it becomes FILE.1 and a new one begins; 0: no bound
  std::uint32_t max_files = 0;      // of them kept besides the one in use
};

enum class limited : std::uint8_t {
  open_files,
  processes, // of the account, all together
  core_size,
  file_size,
  address_space,
  stack,
  locked_memory,
  cpu_seconds,
  memory, // of the program and everything beneath it, together; so is cpu
  cpu
};
struct resource_limit {
  limited what = limited::open_files;
  std::uint64_t value = 0; // bytes, seconds, a count or thousandths of a processor; UINT64_MAX: none
};

struct launch_command {
  std::string program;                                  // absolute; started as it is, without a shell
  std::vector<std::string> args;                        // without the program's own name
  std::string cwd;                                      // empty: the root folder of the system
  std::vector<std::pair<std::string, std::string>> env; // in place of this process's variables of these names
  output_plan output;
  std::string account; // whose; empty: this process's own
  std::optional<std::uint32_t> umask;
  std::optional<int> nice; // -20 to 19; on Windows the priority class that comes nearest
  std::vector<resource_limit> limits;
  // It goes to the background by itself: once it has ended with status 0, the oldest process that it left is the program.
  bool daemon = false;
};

} // namespace reeve::os
