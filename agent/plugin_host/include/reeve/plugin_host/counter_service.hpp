// SPDX-License-Identifier: Apache-2.0
// The system's counters as plugins share them: read at most once a tick, with all that any of them wants.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/counters.h"
#include "reeve/os/counter_source.hpp"
#include "reeve/plugin_host/shared_reading.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace reeve::plugin_host {

// One reading in the ABI's shape. Immutable once handed out.
struct counter_reading {
  std::string text; // that of the measures comes first
  std::size_t measure_text_length = 0;
  std::vector<reeve_counter_measure> measures;
  std::vector<reeve_counter_row> rows;
  std::vector<reeve_counter_status> statuses;
  std::uint64_t generation = 0;
  nanoseconds mono_time{0}, unix_time{0}; // when the reading began
};

struct counter_stats : table_stats {
  std::array<std::uint64_t, os::counter_states> requests{}; // of the last reading, by os::counter_state
};

class counter_service { // safe from any thread
 public:
  using subscriber = const void*; // any stable address
  using make_source = std::function<result<std::unique_ptr<os::counter_source>>()>;
  // Different requests since the agent began; those that nobody wants any more are not read and keep their numbers.
  static constexpr std::size_t max_requests = 4096;

  explicit counter_service(
      const clock& time, make_source make = [] { return os::counter_source::create(); });

  // The number of the request, which the subscriber wants from now on beside what it wanted before. invalid_argument:
  // it is none, see os::check(); limit. forget() when the subscriber is gone.
  result<std::uint32_t> want(subscriber who, const os::counter_request& request);
  void forget(subscriber who);
  // As shared_reading::read().
  result<std::shared_ptr<const counter_reading>> read(subscriber who, nanoseconds not_before,
                                                      nanoseconds deadline);

  counter_stats stats() const;

 private:
  struct numbers {
    std::vector<std::uint32_t> of_requests; // ascending
    void add(const numbers& other);
    bool covers(const numbers& other) const;
  };
  result<> make_reading(const numbers& wanted, counter_reading& out);
  void copy_measures(counter_reading& out) const;

  const clock& time_;
  make_source make_;
  // Of the reading that is being made.
  std::unique_ptr<os::counter_source> source_;
  std::size_t added_ = 0; // requests that the source knows
  os::counter_rows raw_;

  mutable std::mutex mutex_; // guards the rest
  std::vector<os::counter_request> requests_;
  std::map<subscriber, numbers> wishes_;
  counter_stats stats_;

  shared_reading<counter_reading, numbers> readings_;
};

} // namespace reeve::plugin_host
