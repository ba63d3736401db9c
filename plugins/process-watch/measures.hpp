// SPDX-License-Identifier: Apache-2.0
// What a process and a group of processes are measured by, and the sum of the one into the other.
#pragma once

#include "reeve/process_table.h"

#include <array>
#include <cstdint>

namespace reeve::process_watch {

enum measure : std::uint8_t {
  // Counters: they grow for as long as the process lives.
  cpu_user_ns,
  cpu_system_ns,
  io_read_bytes,
  io_write_bytes,
  voluntary_switches,
  involuntary_switches,
  minor_faults,
  major_faults,
  n_counters,
  // Gauges: a group shows their sum.
  resident_bytes = n_counters,
  virtual_bytes,
  private_bytes,
  swap_bytes,
  threads,
  open_handles,
  handles_limit_ratio, // held apart, as a fraction; a group shows the worst
  start_unix_ns,       // a group shows the oldest
  state_first,         // 1 for the state a process is in; a group counts. In the order of REEVE_STATE_*
  state_last = state_first + REEVE_STATE_IDLE,
  // Sums that another exporter shows as one.
  all_faults,
  other_states, // neither running, sleeping, waiting nor a zombie
  // Groups only.
  processes,
  starts,
  exits,
  n_measures
};
static_assert(n_measures <= 32, "present is a set of 32 bits");

constexpr std::uint32_t bit(unsigned m) noexcept {
  return std::uint32_t{1} << m;
}
inline constexpr std::uint32_t counter_bits = bit(n_counters) - 1;

using counters = std::array<std::uint64_t, n_counters>;

struct measures {
  std::array<std::uint64_t, n_measures> value{};
  double ratio = 0;          // handles_limit_ratio
  std::uint32_t present = 0; // bit(measure): there is a value

  bool has(unsigned m) const noexcept { return (present & bit(m)) != 0; }
  double number(unsigned m) const noexcept; // in base units: seconds, bytes
};

measures measures_of(const reeve_process_row& row) noexcept;

// Adds what `one` counted since `last` to the counters of `sum`, and `one` as it stands to the gauges. `last`
// becomes the largest value seen of each counter, so that one that steps back (the kernel rounds) is never
// counted twice.
void add(measures& sum, const measures& one, counters& last) noexcept;

// The same for `last` alone: what was counted is nobody's.
void pass_over(const measures& one, counters& last) noexcept;

// Makes ready for the next round of add(): counters stay, gauges begin at nothing.
void clear_gauges(measures& sum) noexcept;

} // namespace reeve::process_watch
