// SPDX-License-Identifier: Apache-2.0
// Puts the kernel's list of locks and what was seen at descriptors together.
#pragma once

#include "linux/lock_scan.hpp"
#include "linux/lock_targets.hpp"
#include "linux/proc_files.hpp"
#include "parse/proc_locks.hpp"
#include "reeve/os/file_lock_table.hpp"

#include <cstdint>
#include <vector>

namespace reeve::os {

class lock_matching {
 public:
  lock_matching(proc_files& files, lock_targets& targets, const lock_scan& scan)
      : proc_(files), targets_(targets), scan_(scan) {}

  // Fills in `out.locks`, `out.holders`, and files that are new. `still_there`: the list read once more after the scan;
  // a lock without a holder that is not in it was given up meanwhile and is left out. Returns for each row the held
  // row that the kernel lists it under.
  std::vector<std::uint32_t> match(const std::vector<parse::lock_line>& lines,
                                   const std::vector<parse::lock_line>& still_there, file_lock_rows& out);

 private:
  using sightings = std::vector<const lock_sighting*>;

  void add_holders(lock_row& row, const sightings& seen, file_lock_rows& out);
  void name_taker(lock_row& row, const parse::lock_identity& what, file_lock_rows& out);
  void name_waiter(lock_row& row, const parse::lock_identity& what, file_lock_rows& out);
  unresolved_reason why_nobody(const file_lock_rows& out) const noexcept;
  std::vector<sightings> by_open_file(const sightings& all) const;
  std::optional<process_id> identify(std::int64_t pid);

  proc_files& proc_;
  lock_targets& targets_;
  const lock_scan& scan_;
};

} // namespace reeve::os
