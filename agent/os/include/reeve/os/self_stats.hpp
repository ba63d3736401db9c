// SPDX-License-Identifier: Apache-2.0
// What this process itself uses, for the process_* metrics that every Prometheus client exposes.
#pragma once

#include "reeve/base/result.hpp"

#include <cstdint>

namespace reeve::os {

struct self_stats {
  double cpu_seconds = 0; // user and system together
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_handles = 0; // descriptors on Linux, handles on Windows
  std::uint64_t open_handles_limit =
      0; // soft limit; UINT64_MAX: unlimited. Windows: 16,777,216, the table's size
  std::uint64_t threads = 0;
  double start_unix_seconds = 0; // the same in every call of a process's life
};

// A few system calls. Safe from any thread. Fails where the system's own view of us cannot be read (no /proc
// mounted).
result<self_stats> read_self_stats();

} // namespace reeve::os
