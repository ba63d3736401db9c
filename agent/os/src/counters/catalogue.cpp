// SPDX-License-Identifier: Apache-2.0
#include "counters/catalogue.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

namespace reeve::os {

namespace {

constexpr std::string_view sets[] = {"cpu",     "system",   "memory", "disk",  "filesystem",
                                     "network", "pressure", "vmstat", "files", "cgroup"};

struct entry {
  measure what;
  counter_kind kind;
  const char* name;
  const char* unit;
  const char* first_key;
  const char* second_key;
  const char* help;
};

constexpr counter_kind gauge = counter_kind::gauge;
constexpr counter_kind counter = counter_kind::counter;
using enum measure;

constexpr entry entries[] = {
    {cpu_seconds, counter, "cpu_seconds", "seconds", "cpu", "mode",
     "Time that each processor spent in each mode; the modes of one processor add up to all its time."},
    {cpu_guest_seconds, counter, "cpu_guest_seconds", "seconds", "cpu", "mode",
     "Time spent in virtual machines, which is part of the modes user and nice."},
    {context_switches, counter, "context_switches", "", "", "", "Context switches."},
    {interrupts, counter, "interrupts", "", "", "", "Interrupts serviced."},
    {processes_started, counter, "processes_started", "", "", "", "Processes and threads started."},
    {processes_running, gauge, "processes_running", "", "", "", "Threads that run or wait for a processor."},
    {processes_blocked, gauge, "processes_blocked", "", "", "", "Threads that wait for input or output."},
    {boot_time_seconds, gauge, "boot_time_seconds", "seconds", "", "",
     "When the system was started, in Unix time."},
    {memory_total_bytes, gauge, "memory_total_bytes", "bytes", "", "", "Memory that the system has for use."},
    {memory_available_bytes, gauge, "memory_available_bytes", "bytes", "", "",
     "Memory that programs can have without swapping."},
    {memory_free_bytes, gauge, "memory_free_bytes", "bytes", "", "", "Memory that holds nothing."},
    {memory_buffers_bytes, gauge, "memory_buffers_bytes", "bytes", "", "", "Memory that buffers devices."},
    {memory_cached_bytes, gauge, "memory_cached_bytes", "bytes", "", "", "Memory that holds file contents."},
    {memory_dirty_bytes, gauge, "memory_dirty_bytes", "bytes", "", "", "Memory that waits to be written."},
    {memory_committed_bytes, gauge, "memory_committed_bytes", "bytes", "", "",
     "Memory that programs were promised."},
    {memory_commit_limit_bytes, gauge, "memory_commit_limit_bytes", "bytes", "", "",
     "How much may be promised."},
    {swap_total_bytes, gauge, "swap_total_bytes", "bytes", "", "", "Swap space or page files."},
    {swap_free_bytes, gauge, "swap_free_bytes", "bytes", "", "", "Swap space that is not in use."},
    {disk_reads, counter, "disk_reads", "", "device", "", "Reads that were completed."},
    {disk_writes, counter, "disk_writes", "", "device", "", "Writes that were completed."},
    {disk_read_bytes, counter, "disk_read_bytes", "bytes", "device", "", "Bytes read."},
    {disk_written_bytes, counter, "disk_written_bytes", "bytes", "device", "", "Bytes written."},
    {disk_read_seconds, counter, "disk_read_seconds", "seconds", "device", "",
     "Time that all reads took, waiting included."},
    {disk_write_seconds, counter, "disk_write_seconds", "seconds", "device", "",
     "Time that all writes took, waiting included."},
    {disk_busy_seconds, counter, "disk_busy_seconds", "seconds", "device", "",
     "Time in which the device had something to do."},
    {disk_queue_seconds, counter, "disk_queue_seconds", "seconds", "device", "",
     "Time times requests in flight; its rate is the mean length of the queue."},
    {filesystem_size_bytes, gauge, "filesystem_size_bytes", "bytes", "mountpoint", "",
     "Size of the file system."},
    {filesystem_free_bytes, gauge, "filesystem_free_bytes", "bytes", "mountpoint", "",
     "Room on the file system, with what is kept for the administrator."},
    {filesystem_available_bytes, gauge, "filesystem_available_bytes", "bytes", "mountpoint", "",
     "Room on the file system for everyone."},
    {filesystem_files, gauge, "filesystem_files", "", "mountpoint", "",
     "Files that the file system can hold."},
    {filesystem_files_free, gauge, "filesystem_files_free", "", "mountpoint", "",
     "Files that it can still take."},
    {network_receive_bytes, counter, "network_receive_bytes", "bytes", "interface", "", "Bytes received."},
    {network_transmit_bytes, counter, "network_transmit_bytes", "bytes", "interface", "", "Bytes sent."},
    {network_receive_packets, counter, "network_receive_packets", "", "interface", "", "Packets received."},
    {network_transmit_packets, counter, "network_transmit_packets", "", "interface", "", "Packets sent."},
    {network_receive_errors, counter, "network_receive_errors", "", "interface", "",
     "Packets that came in broken."},
    {network_transmit_errors, counter, "network_transmit_errors", "", "interface", "",
     "Packets that could not be sent."},
    {network_receive_drops, counter, "network_receive_drops", "", "interface", "",
     "Packets received and dropped."},
    {network_transmit_drops, counter, "network_transmit_drops", "", "interface", "",
     "Packets dropped instead of being sent."},
    {pressure_waiting_seconds, counter, "pressure_waiting_seconds", "seconds", "resource", "",
     "Time in which some task waited for the resource."},
    {pressure_stalled_seconds, counter, "pressure_stalled_seconds", "seconds", "resource", "",
     "Time in which all tasks waited for the resource."},
    {page_faults, counter, "page_faults", "", "type", "", "Page faults; a major one needed the disk."},
    {paged_in_bytes, counter, "paged_in_bytes", "bytes", "", "", "Bytes that paging read from disks."},
    {paged_out_bytes, counter, "paged_out_bytes", "bytes", "", "", "Bytes that paging wrote to disks."},
    {swapped_in_bytes, counter, "swapped_in_bytes", "bytes", "", "", "Bytes read from swap space."},
    {swapped_out_bytes, counter, "swapped_out_bytes", "bytes", "", "", "Bytes written to swap space."},
    {oom_kills, counter, "oom_kills", "", "", "", "Processes killed for want of memory."},
    {open_files, gauge, "open_files", "", "", "", "Open files of all processes."},
    {open_files_limit, gauge, "open_files_limit", "", "", "", "Open files that the system allows."},
    {cgroup_cpu_seconds, counter, "cgroup_cpu_seconds", "seconds", "cgroup", "mode",
     "Processor time of the control group."},
    {cgroup_cpu_throttled_seconds, counter, "cgroup_cpu_throttled_seconds", "seconds", "cgroup", "",
     "Time in which the control group was kept from running by its limit."},
    {cgroup_memory_bytes, gauge, "cgroup_memory_bytes", "bytes", "cgroup", "",
     "Memory of the control group, with its share of the page cache."},
    {cgroup_memory_limit_bytes, gauge, "cgroup_memory_limit_bytes", "bytes", "cgroup", "",
     "Memory that the control group may have; none without a limit."},
    {cgroup_swap_bytes, gauge, "cgroup_swap_bytes", "bytes", "cgroup", "",
     "Swap space of the control group."},
    {cgroup_oom_kills, counter, "cgroup_oom_kills", "", "cgroup", "",
     "Processes of the control group killed for want of memory."},
    {cgroup_processes, gauge, "cgroup_processes", "", "cgroup", "",
     "Processes and threads of the control group."},
    {cgroup_processes_limit, gauge, "cgroup_processes_limit", "", "cgroup", "",
     "Processes and threads that it may have; none without a limit."},
    {cgroup_io_bytes, counter, "cgroup_io_bytes", "bytes", "cgroup", "direction",
     "Bytes that the control group read from and wrote to devices."},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(entries); ++i)
    if (static_cast<std::size_t>(entries[i].what) != i) return false;
  return std::size(entries) == static_cast<std::size_t>(catalogued);
}
static_assert(in_order(), "the entries are in the order of the measures, and complete");

} // namespace

std::span<const std::string_view> counter_sets() noexcept {
  return sets;
}

std::optional<counter_set> set_named(std::string_view name) noexcept {
  const auto at = std::find(std::begin(sets), std::end(sets), name);
  if (at == std::end(sets)) return std::nullopt;
  return static_cast<counter_set>(at - std::begin(sets));
}

std::span<const counter_measure> catalogue() {
  static const std::vector<counter_measure> all = [] {
    std::vector<counter_measure> out;
    for (const entry& e : entries)
      out.push_back({e.name, e.help, e.unit, e.kind, {e.first_key, e.second_key}});
    return out;
  }();
  return all;
}

const char* name_of(counter_state s) noexcept {
  switch (s) {
  case counter_state::not_asked:
    return "not_asked";
  case counter_state::available:
    return "available";
  case counter_state::missing:
    return "missing";
  case counter_state::denied:
    return "denied";
  case counter_state::failed:
    break;
  }
  return "failed";
}

} // namespace reeve::os
