// SPDX-License-Identifier: Apache-2.0
// A job, its clocks, and what a test does with them.
#pragma once

#include "reeve/supervise/job_machine.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace reeve::supervise {

inline constexpr process_end good{false, 0}, bad{false, 3};
inline const std::chrono::sys_seconds monday =
    std::chrono::sys_days(std::chrono::year(2026) / std::chrono::January / 5); // 00:00 UTC

inline job_schedule hourly() {
  const os::time_zone utc{{{os::zone_begin, std::chrono::seconds(0)}}};
  return {{config::cron_expression::parse("0 * * * *").value()}, utc};
}

// A job due at each full hour, and both clocks. It begins at 00:10.
class job : public testing::Test {
 protected:
  void make(const std::optional<job_memory>& memory = std::nullopt) {
    machine.emplace(hourly(), rules, now, memory);
  }
  void SetUp() override { make(); }

  void pass(nanoseconds time) {
    now.mono += time;
    now.utc += std::chrono::floor<std::chrono::seconds>(time);
  }
  job_order tick_after(nanoseconds time) {
    pass(time);
    return machine->tick(now);
  }
  // To a time of day, as both clocks go.
  job_order tick_at(std::chrono::seconds time_of_day) { return tick_after(monday + time_of_day - now.utc); }
  void start_at(std::chrono::seconds time_of_day) {
    EXPECT_EQ(tick_at(time_of_day), job_order::start);
    machine->started(now);
  }
  void ended(const process_end& end, bool was_stopped = false) {
    const auto up = nanoseconds(now.utc - machine->memory().last_start.value());
    machine->ended(now, {end, was_stopped, now.utc, up});
  }
  std::uint64_t count(job_result r) const { return machine->counts().ended[static_cast<std::size_t>(r)]; }

  job_rules rules;
  both_clocks now{std::chrono::seconds(1000), monday + std::chrono::minutes(10)};
  std::optional<job_machine> machine;
};

} // namespace reeve::supervise
