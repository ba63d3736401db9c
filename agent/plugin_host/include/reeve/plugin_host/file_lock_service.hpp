// SPDX-License-Identifier: Apache-2.0
// Holders and locks of files as plugins share them: read at most once a tick, for the files that any of them watches.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/file_locks.h"
#include "reeve/os/file_lock_table.hpp"
#include "reeve/plugin_host/shared_reading.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace reeve::plugin_host {

// One reading in the ABI's shape. Immutable once handed out.
struct file_lock_reading {
  std::string text;
  std::vector<reeve_locked_file> files;
  std::vector<reeve_file_opening> openings;
  std::vector<reeve_lock_row> locks;
  std::vector<reeve_lock_holder> holders;
  std::vector<reeve_file_pattern> patterns;
  std::vector<std::uint32_t> blockers, pattern_refs;
  std::uint64_t generation = 0;
  nanoseconds mono_time{0}, unix_time{0}; // when the reading began
  std::uint64_t unreadable_processes = 0, unplaced_locks = 0;
};

struct file_lock_stats : table_stats { // rows: locks and openings
  std::uint64_t unreadable_processes = 0;
  std::uint64_t unanswered_handles = 0;
};

class file_lock_service { // safe from any thread
 public:
  using subscriber = const void*; // any stable address
  using make_table = std::function<result<std::unique_ptr<os::file_lock_table>>()>;
  static constexpr std::size_t max_patterns = 1000; // of one subscriber

  explicit file_lock_service(
      const clock& time, make_table make = [] { return os::file_lock_table::create(); });

  // As REEVE_FILES_* bits. limit when there are too many patterns. forget() when the subscriber is gone.
  result<> want(subscriber who, std::uint32_t what, std::set<std::string> patterns);
  void forget(subscriber who);
  // As shared_reading::read().
  result<std::shared_ptr<const file_lock_reading>> read(subscriber who, nanoseconds not_before,
                                                        nanoseconds deadline);

  file_lock_stats stats() const;

 private:
  struct wish {
    std::uint32_t what = 0;
    std::set<std::string> patterns;
    void add(const wish& other);
    bool covers(const wish& other) const;
  };
  result<> make_reading(const wish& all, file_lock_reading& out);

  const clock& time_;
  make_table make_;
  // Of the reading that is being made.
  std::unique_ptr<os::file_lock_table> table_;
  os::file_lock_rows raw_;

  mutable std::mutex mutex_; // guards stats_
  file_lock_stats stats_;

  shared_reading<file_lock_reading, wish> readings_;
};

} // namespace reeve::plugin_host
