// SPDX-License-Identifier: Apache-2.0
// One pass over the descriptors of processes: who has the files of a reading open, and which locks hang on them.
#pragma once

#include "linux/file_numbers.hpp"
#include "linux/lock_targets.hpp"
#include "linux/proc_files.hpp"
#include "parse/proc_locks.hpp"
#include "reeve/os/file_lock_table.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace reeve::os {

// One descriptor through which a lock is held.
struct lock_sighting {
  parse::lock_identity what;
  bool breaking = false;
  process_id id;
  std::int32_t descriptor = -1;
  std::uint32_t file = 0; // in file_lock_rows::files
};

class lock_scan {
 public:
  lock_scan(proc_files& files, mount_map& mounts, lock_targets& targets)
      : proc_(files), mounts_(mounts), targets_(targets) {}

  struct wishes {
    bool openings = false;
    bool mappings = false;
    std::unordered_set<std::uint64_t> locked_inodes; // of files whose descriptors are looked at whoever asked
  };
  void begin(wishes w);
  // Adds to `out.files`, `out.openings` and `out.unreadable_processes`.
  void look_into(std::uint32_t pid, file_lock_rows& out);

  const std::vector<lock_sighting>& sightings() const noexcept { return sightings_; }
  // Descriptors of files that have a lock, whether through it or not.
  const std::vector<file_opening>& near_locks() const noexcept { return near_locks_; }
  // Its descriptors could not be listed.
  bool was_denied(std::uint32_t pid) const { return denied_.contains(pid); }

 private:
  void look_at_descriptor(proc_path& path, std::uint32_t pid, std::uint32_t descriptor, file_lock_rows& out);
  void look_at_folder(proc_path& path, std::uint32_t pid, const char* name, opening_kind how,
                      file_lock_rows& out);
  void look_at_mappings(std::uint32_t pid, file_lock_rows& out);
  bool asked_for(const file_numbers& numbers) const; // link_ is its path
  std::uint32_t file_behind(const file_numbers& numbers, std::uint32_t pid, const parse::fd_info* info,
                            std::string_view link, file_lock_rows& out);

  proc_files& proc_;
  mount_map& mounts_;
  lock_targets& targets_;
  wishes wishes_;
  std::vector<lock_sighting> sightings_;
  std::vector<file_opening> near_locks_;
  std::unordered_set<std::uint32_t> denied_;
  std::vector<parse::lock_line> lines_;
  std::string link_, text_;
};

} // namespace reeve::os
