// SPDX-License-Identifier: Apache-2.0
// What single processes have open, for the plugins that ask about them. Nothing is shared: a reading is of one process.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/open_files.h"
#include "reeve/os/open_files.hpp"
#include "reeve/os/process_table.hpp"
#include "reeve/plugin_host/shared_reading.hpp"

#include <array>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace reeve::plugin_host {

// One reading in the ABI's shape.
struct open_files_reading {
  std::array<std::uint64_t, os::handle_kinds> by_kind{};
  std::uint64_t left_out = 0;
  std::string text;
  std::vector<reeve_open_file> targets;
};

struct open_files_stats : table_stats { // rows: handles of the last process that was read
  std::array<std::uint64_t, os::unreadable_reasons> unreadable{}; // 1 for why that one could not be read
};

class open_files_service { // safe from any thread
 public:
  using make_reader = std::function<result<std::unique_ptr<os::open_files_reader>>()>;
  static constexpr std::uint32_t max_targets = 100;

  explicit open_files_service(
      const clock& time, make_reader make = [] { return os::open_files_reader::create(); });

  // As os::open_files_reader::read(), one at a time, on the thread of whoever asks. timed_out when another thread's
  // reading did not finish before `deadline` on the clock's mono().
  result<std::shared_ptr<const open_files_reading>> read(process_id id, os::open_files_request wanted,
                                                         nanoseconds deadline);

  open_files_stats stats() const;

 private:
  result<> read_raw(process_id id, const os::open_files_request& wanted);
  void note(const result<>& done, nanoseconds duration);

  const clock& time_;
  make_reader make_;
  // Of whoever has the turn.
  std::unique_ptr<os::open_files_reader> reader_;
  os::open_files raw_;

  mutable std::mutex mutex_; // short; guards the rest
  bool turn_taken_ = false;
  std::condition_variable turn_over_;
  open_files_stats stats_;
};

} // namespace reeve::plugin_host
