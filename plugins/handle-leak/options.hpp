// SPDX-License-Identifier: Apache-2.0
// The table [plugin.handle-leak], read and checked.
#pragma once

#include "leak_watch.hpp"

#include "reeve/plugin.hpp"

#include <cstddef>
#include <cstdint>

namespace reeve::handle_leak {

struct options {
  watch_options watch;
  bool kernel_threads = false;
  std::size_t kind_readings = 10; // processes in a tick whose handles are counted by kind; 0: never
  std::size_t max_reported = 100; // a process and a resource with series of their own
};

// Everything that is wrong has been rejected with its path when this returns.
options read_options(sdk::config& config);

// REEVE_PROCESS_* that these options have a use for.
std::uint32_t wanted_fields(const options& o) noexcept;

} // namespace reeve::handle_leak
