// SPDX-License-Identifier: Apache-2.0
// What is remembered of a process from one reading to the next.
#pragma once

#include "linux/taskstats.hpp"
#include "parse/proc_pid.hpp"
#include "reeve/os/process_table.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>

namespace reeve::os {

// The fields with a price of their own, as last read. For each, a bit in `tried`, and in one of `held`,
// `denied`, `failed` or (there is none, as a kernel thread has no executable) nowhere.
struct known_process {
  std::uint64_t start = 0;
  std::uint64_t reading = 0; // the last one that listed it
  std::uint32_t sightings = 0;

  process_fields tried = 0;
  process_fields held = 0;
  process_fields denied = 0;
  process_fields failed = 0;

  std::string name;
  std::string executable;
  std::string command_line;
  std::uint32_t uid = 0;
  std::uint64_t start_stack = 0;

  std::uint64_t resident_bytes = 0;
  std::uint64_t private_bytes = 0;
  std::uint64_t swap_bytes = 0;
  std::uint64_t open_handles = 0;
  std::uint64_t open_handles_limit = 0;
  std::uint64_t io_read_bytes = 0;
  std::uint64_t io_write_bytes = 0;
  std::uint64_t voluntary_switches = 0;
  std::uint64_t involuntary_switches = 0;

  bool zombie = false;

  // By which a process that did nothing since is recognised.
  switch_counts last_switches;
  std::uint64_t last_ticks = 0;
  std::uint64_t last_faults = 0;
  std::uint64_t last_resident_pages = 0;
  std::uint64_t last_threads = 0;

  void settle(process_field field, process_fields& where) noexcept {
    const auto bit = static_cast<process_fields>(field);
    tried |= bit;
    held &= ~bit;
    denied &= ~bit;
    failed &= ~bit;
    where |= bit;
  }
  void hold(process_field field) noexcept { settle(field, held); }
  void have_none(process_field field) noexcept {
    process_fields nowhere = 0;
    settle(field, nowhere);
  }
};

class process_cache {
 public:
  // The entry of that identity, made new when the pid is new or has another start.
  known_process& of(std::uint32_t pid, std::uint64_t start) {
    known_process& entry = entries_[pid];
    if (entry.start != start || entry.sightings == 0) {
      entry = known_process{};
      entry.start = start;
    }
    return entry;
  }
  const known_process* find(std::uint32_t pid) const noexcept {
    const auto at = entries_.find(pid);
    return at == entries_.end() ? nullptr : &at->second;
  }
  void drop_unless_read_in(std::uint64_t reading) {
    std::erase_if(entries_, [reading](const auto& item) { return item.second.reading != reading; });
  }
  std::size_t size() const noexcept { return entries_.size(); }

 private:
  std::unordered_map<std::uint32_t, known_process> entries_;
};

} // namespace reeve::os
