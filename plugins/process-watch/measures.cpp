// SPDX-License-Identifier: Apache-2.0
#include "measures.hpp"

#include <algorithm>
#include <limits>

namespace reeve::process_watch {

namespace {

constexpr std::uint32_t nanosecond_bits = bit(cpu_user_ns) | bit(cpu_system_ns) | bit(start_unix_ns);
// Counters and what a group has of its own are kept from one reading to the next.
constexpr std::uint32_t lasting_bits =
    counter_bits | bit(all_faults) | bit(starts) | bit(exits) | bit(processes);

void put(measures& m, unsigned which, std::uint64_t value) noexcept {
  m.value[which] = value;
  m.present |= bit(which);
}

} // namespace

double measures::number(unsigned m) const noexcept {
  if (m == handles_limit_ratio) return ratio;
  const auto raw = static_cast<double>(value[m]);
  return (nanosecond_bits & bit(m)) != 0 ? raw / 1e9 : raw;
}

measures measures_of(const reeve_process_row& row) noexcept {
  measures m;
  const auto has = [&](std::uint32_t field) { return (row.present & field) != 0; };
  if (has(REEVE_PROCESS_CPU)) {
    put(m, cpu_user_ns, row.cpu_user_ns);
    put(m, cpu_system_ns, row.cpu_system_ns);
  }
  if (has(REEVE_PROCESS_IO)) {
    put(m, io_read_bytes, row.io_read_bytes);
    put(m, io_write_bytes, row.io_write_bytes);
  }
  if (has(REEVE_PROCESS_CONTEXT_SWITCHES)) {
    put(m, voluntary_switches, row.voluntary_switches);
    put(m, involuntary_switches, row.involuntary_switches);
  }
  if (has(REEVE_PROCESS_PAGE_FAULTS)) {
    put(m, minor_faults, row.minor_faults);
    put(m, major_faults, row.major_faults);
    put(m, all_faults, row.minor_faults + row.major_faults);
  }
  if (has(REEVE_PROCESS_RESIDENT_MEMORY)) put(m, resident_bytes, row.resident_bytes);
  if (has(REEVE_PROCESS_VIRTUAL_MEMORY)) put(m, virtual_bytes, row.virtual_bytes);
  if (has(REEVE_PROCESS_PRIVATE_MEMORY)) put(m, private_bytes, row.private_bytes);
  if (has(REEVE_PROCESS_SWAP_MEMORY)) put(m, swap_bytes, row.swap_bytes);
  if (has(REEVE_PROCESS_THREADS)) put(m, threads, row.threads);
  if (has(REEVE_PROCESS_OPEN_HANDLES)) {
    put(m, open_handles, row.open_handles);
    // Without a limit there is nothing to come near to, so there is no ratio.
    if (has(REEVE_PROCESS_OPEN_HANDLES_LIMIT) && row.open_handles_limit != 0 &&
        row.open_handles_limit != std::numeric_limits<std::uint64_t>::max()) {
      m.ratio = static_cast<double>(row.open_handles) / static_cast<double>(row.open_handles_limit);
      m.present |= bit(handles_limit_ratio);
    }
  }
  if (has(REEVE_PROCESS_START_TIME))
    put(m, start_unix_ns, static_cast<std::uint64_t>(std::max<std::int64_t>(row.start_unix_ns, 0)));
  if (has(REEVE_PROCESS_STATE)) {
    const std::uint32_t state = row.state <= REEVE_STATE_IDLE ? row.state : std::uint32_t{REEVE_STATE_OTHER};
    for (unsigned i = state_first; i <= state_last; ++i)
      put(m, i, 0);
    m.value[state_first + state] = 1;
    const bool common = state == REEVE_STATE_RUNNING || state == REEVE_STATE_SLEEPING ||
                        state == REEVE_STATE_WAITING || state == REEVE_STATE_ZOMBIE;
    put(m, other_states, common ? 0 : 1);
  }
  return m;
}

void add(measures& sum, const measures& one, counters& last) noexcept {
  for (unsigned i = 0; i < n_counters; ++i) {
    if (!one.has(i) || one.value[i] <= last[i]) continue;
    const std::uint64_t grown = one.value[i] - last[i];
    sum.value[i] += grown;
    if (i == minor_faults || i == major_faults) sum.value[all_faults] += grown;
    last[i] = one.value[i];
  }
  for (const unsigned i : {resident_bytes, virtual_bytes, private_bytes, swap_bytes, threads, open_handles})
    sum.value[i] += one.value[i];
  if (one.has(start_unix_ns))
    sum.value[start_unix_ns] = sum.has(start_unix_ns)
                                   ? std::min(sum.value[start_unix_ns], one.value[start_unix_ns])
                                   : one.value[start_unix_ns];
  if (one.has(handles_limit_ratio))
    sum.ratio = sum.has(handles_limit_ratio) ? std::max(sum.ratio, one.ratio) : one.ratio;
  for (unsigned i = state_first; i <= state_last; ++i)
    sum.value[i] += one.value[i];
  sum.value[other_states] += one.value[other_states];
  sum.present |= one.present;
}

void pass_over(const measures& one, counters& last) noexcept {
  for (unsigned i = 0; i < n_counters; ++i)
    if (one.has(i)) last[i] = std::max(last[i], one.value[i]);
}

void clear_gauges(measures& sum) noexcept {
  for (unsigned i = 0; i < n_measures; ++i)
    if ((lasting_bits & bit(i)) == 0) sum.value[i] = 0;
  sum.ratio = 0;
  sum.present &= lasting_bits;
}

} // namespace reeve::process_watch
