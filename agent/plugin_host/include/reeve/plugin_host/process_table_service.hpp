// SPDX-License-Identifier: Apache-2.0
// The process table as plugins share it: read at most once a tick, with the fields that any of them wants.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/os/process_table.hpp"
#include "reeve/plugin_host/shared_reading.hpp"
#include "reeve/process_table.h"

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace reeve::plugin_host {

// One reading in the ABI's shape. Immutable once handed out.
struct process_reading {
  std::string text; // every string of both row lists
  std::vector<reeve_process_row> rows;
  std::vector<reeve_process_row> short_lived;         // oldest first
  std::vector<std::uint64_t> short_lived_generations; // one per short_lived row
  std::uint64_t generation = 0;
  nanoseconds mono_time{0}, unix_time{0}; // when the reading began
  std::array<std::uint64_t, os::unreadable_reasons>
      unreadable{};                         // fields of this reading, by os::unreadable_reason
  std::uint64_t short_lived_lost_total = 0; // up to this reading
};

struct process_table_stats : table_stats {
  std::array<std::uint64_t, os::unreadable_reasons> unreadable{};
  std::uint64_t short_lived_lost_total = 0;
  std::string short_lived_unavailable; // why; empty when it works
};

class process_table_service { // safe from any thread
 public:
  using subscriber = const void*; // any stable address
  using make_table =
      std::function<result<std::unique_ptr<os::process_table>>(const os::process_table_options&)>;

  explicit process_table_service(const clock& time, make_table make = &os::process_table::create);

  // Wanted fields as REEVE_PROCESS_* bits. forget() when the subscriber is gone.
  void want(subscriber who, std::uint32_t fields);
  void forget(subscriber who);

  struct view {
    std::shared_ptr<const process_reading> reading;
    std::size_t first_short_lived = 0; // rows from here on are new to this subscriber
  };
  // As shared_reading::read().
  result<view> read(subscriber who, nanoseconds not_before, nanoseconds deadline);

  process_table_stats stats() const;

 private:
  static constexpr std::size_t max_pending_short_lived = 8192;

  struct field_wish {
    std::uint32_t fields = 0;
    void add(field_wish other) noexcept { fields |= other.fields; }
    bool covers(field_wish other) const noexcept { return (other.fields & ~fields) == 0; }
  };
  struct pending { // a short-lived row kept until every subscriber has seen it
    std::uint64_t generation = 0;
    reeve_process_row row{};
    std::string text; // its strings; the row's offsets count from the start of this
  };

  result<> make_reading(std::uint32_t fields, process_reading& out);
  void keep_short_lived(std::uint64_t generation);

  const clock& time_;
  make_table make_;
  // Of the reading that is being made.
  std::unique_ptr<os::process_table> table_;
  bool table_watches_short_lived_ = false;
  os::process_rows raw_; // filled again by every reading
  std::deque<pending> pending_;

  mutable std::mutex state_; // short; guards the rest
  struct subscription {
    std::uint32_t fields = 0;
    std::uint64_t seen_generation = 0;
  };
  std::map<subscriber, subscription> subscribers_;
  std::uint64_t last_generation_ = 0;
  std::uint64_t short_lived_overflow_ = 0;
  process_table_stats stats_;

  shared_reading<process_reading, field_wish> readings_;
};

} // namespace reeve::plugin_host
