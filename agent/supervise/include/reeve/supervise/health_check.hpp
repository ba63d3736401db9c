// SPDX-License-Identifier: Apache-2.0
// One health check of one process as a state machine. Pure: it is told the time and what came of each probe, and says when
// the next is due.
#pragma once

#include "reeve/base/clock.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace reeve::supervise {

enum class health_state : std::uint8_t {
  starting, // has not passed since the process was started
  healthy,
  unhealthy
};
inline constexpr std::array all_health_states{health_state::starting, health_state::healthy,
                                              health_state::unhealthy};
const char* name_of(health_state s) noexcept; // "starting", "healthy", "unhealthy"

struct health_limits {
  nanoseconds grace =
      std::chrono::seconds(10); // after the start: failures do not count until it first passed
  nanoseconds interval = std::chrono::seconds(10); // from the start of a probe to the start of the next
  nanoseconds timeout = std::chrono::seconds(2);
  std::uint32_t retries = 3;           // failures in a row that make it unhealthy
  std::uint32_t success_threshold = 1; // passes in a row that make it healthy again
};

struct probe_answer {
  bool passed = false;
  std::string text; // one sentence
};

class health_check {
 public:
  explicit health_check(const health_limits& limits) noexcept : limits_(limits) {}

  void begin(nanoseconds now); // the process was started; only the totals go on from before
  void end() noexcept;         // it is not up any more

  // At wake_at(), or later. True: ask now, with limits().timeout, and tell the answer to answered(). Until then it says so
  // no second time, however long that takes; each interval without an answer counts as a failure.
  bool tick(nanoseconds now);
  void answered(nanoseconds now, probe_answer answer);
  std::optional<nanoseconds> wake_at() const noexcept;

  const health_limits& limits() const noexcept { return limits_; }
  health_state state() const noexcept { return state_; } // as it was last, when the process is not up
  std::uint32_t failures_in_row() const noexcept { return failures_in_row_; } // that count
  std::uint64_t passes_total() const noexcept { return passes_total_; }
  std::uint64_t failures_total() const noexcept { return failures_total_; } // those in the grace too
  const std::optional<probe_answer>& last_answer() const noexcept { return last_answer_; }
  nanoseconds last_duration() const noexcept { return last_duration_; } // of the probe behind last_answer()

 private:
  nanoseconds step(nanoseconds now) const noexcept;
  bool in_grace(nanoseconds at) const noexcept;
  void count(nanoseconds asked_at, nanoseconds now, probe_answer answer);

  health_limits limits_;
  bool up_ = false;
  health_state state_ = health_state::starting;
  nanoseconds begun_{0};
  nanoseconds next_{0};     // probe
  nanoseconds asked_at_{0}; // of the last probe
  bool asking_ = false;     // its answer has not come
  bool disowned_ = false;   // and will not count: it is too late, or of the process before
  std::uint32_t failures_in_row_ = 0;
  std::uint32_t passes_in_row_ = 0;
  std::uint64_t passes_total_ = 0;
  std::uint64_t failures_total_ = 0;
  std::optional<probe_answer> last_answer_;
  nanoseconds last_duration_{0};
};

} // namespace reeve::supervise
