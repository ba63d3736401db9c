// SPDX-License-Identifier: Apache-2.0
// The catalogue of counters: its sets, and what their numbers are called and mean, on every system the same.
#pragma once

#include "reeve/os/counter_source.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace reeve::os {

enum class counter_set : std::uint8_t {
  cpu,
  system,
  memory,
  disk,
  filesystem,
  network,
  pressure,
  vmstat,
  files,
  cgroup,
};

// In the order of catalogue(); the numbers are those of counter_row::measure.
enum class measure : std::uint32_t {
  cpu_seconds,
  cpu_guest_seconds,
  context_switches,
  interrupts,
  processes_started,
  processes_running,
  processes_blocked,
  boot_time_seconds,
  memory_total_bytes,
  memory_available_bytes,
  memory_free_bytes,
  memory_buffers_bytes,
  memory_cached_bytes,
  memory_dirty_bytes,
  memory_committed_bytes,
  memory_commit_limit_bytes,
  swap_total_bytes,
  swap_free_bytes,
  disk_reads,
  disk_writes,
  disk_read_bytes,
  disk_written_bytes,
  disk_read_seconds,
  disk_write_seconds,
  disk_busy_seconds,
  disk_queue_seconds,
  filesystem_size_bytes,
  filesystem_free_bytes,
  filesystem_available_bytes,
  filesystem_files,
  filesystem_files_free,
  network_receive_bytes,
  network_transmit_bytes,
  network_receive_packets,
  network_transmit_packets,
  network_receive_errors,
  network_transmit_errors,
  network_receive_drops,
  network_transmit_drops,
  pressure_waiting_seconds,
  pressure_stalled_seconds,
  page_faults,
  paged_in_bytes,
  paged_out_bytes,
  swapped_in_bytes,
  swapped_out_bytes,
  oom_kills,
  open_files,
  open_files_limit,
  cgroup_cpu_seconds,
  cgroup_cpu_throttled_seconds,
  cgroup_memory_bytes,
  cgroup_memory_limit_bytes,
  cgroup_swap_bytes,
  cgroup_oom_kills,
  cgroup_processes,
  cgroup_processes_limit,
  cgroup_io_bytes,
  catalogued, // how many there are
};

std::optional<counter_set> set_named(std::string_view name) noexcept;

// Appends rows of one request.
class counter_sink {
 public:
  counter_sink(counter_rows& out, std::uint32_t request) noexcept : out_(out), request_(request) {}

  void put(measure m, double value, std::string_view first = {}, std::string_view second = {},
           std::uint64_t identity = 0) {
    put(static_cast<std::uint32_t>(m), value, first, second, identity);
  }
  void put(std::uint32_t m, double value, std::string_view first = {}, std::string_view second = {},
           std::uint64_t identity = 0) {
    out_.rows.push_back({request_, m, value, identity, {keep(first), keep(second)}});
  }
  std::size_t size() const noexcept { return out_.rows.size(); }

 private:
  text_ref keep(std::string_view text) {
    const text_ref ref{static_cast<std::uint32_t>(out_.text.size()), static_cast<std::uint32_t>(text.size())};
    out_.text.append(text);
    return ref;
  }

  counter_rows& out_;
  std::uint32_t request_;
};

} // namespace reeve::os
