// SPDX-License-Identifier: Apache-2.0
// When a process that ended is started again. Pure: time and chance are given.
#pragma once

#include "reeve/base/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace reeve::supervise {

enum class restart_rule : std::uint8_t { never, on_failure, always };

struct restart_limits {
  nanoseconds first_delay = std::chrono::seconds(1); // of the second restart; the first one is at once
  nanoseconds longest_delay = std::chrono::minutes(5);
  double jitter = 0.2;                            // of a delay, either way
  nanoseconds healthy = std::chrono::minutes(10); // up for so long: the next restart is at once again
  std::size_t give_up_after = 5; // ends that called for a restart, within the window; 0: never
  nanoseconds window = std::chrono::minutes(10);
};

// What a policy knows of the past.
struct restart_memory {
  std::vector<nanoseconds> ends; // within the window, the oldest first; at most give_up_after
  nanoseconds delay{0};          // of the next restart
  bool given_up = false;
  friend bool operator==(const restart_memory&, const restart_memory&) = default;
};

class restart_policy {
 public:
  explicit restart_policy(restart_rule rule, const restart_limits& limits = {}) noexcept
      : rule_(rule), limits_(limits) {}

  // The process ended at `now` after it was up for `up`. How long to wait for its restart; nothing: there is none, by
  // the rule or because the policy has given up. `chance` from -1 to 1 is where in the jitter the delay falls.
  std::optional<nanoseconds> on_end(nanoseconds now, nanoseconds up, bool failed, double chance);

  bool has_given_up() const noexcept { return past_.given_up; }
  void reset() { past_ = {}; } // as if nothing had ever ended
  void set(restart_rule rule, const restart_limits& limits) noexcept {
    rule_ = rule;
    limits_ = limits;
  }
  const restart_memory& memory() const noexcept { return past_; }
  void remember(restart_memory past) { past_ = std::move(past); }

 private:
  restart_rule rule_;
  restart_limits limits_;
  restart_memory past_;
};

} // namespace reeve::supervise
