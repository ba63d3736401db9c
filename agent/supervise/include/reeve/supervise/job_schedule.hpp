// SPDX-License-Identifier: Apache-2.0
// When a job is due, by the clock of its time zone. Pure.
#pragma once

#include "reeve/config/cron_expression.hpp"
#include "reeve/os/time_zone.hpp"

#include <chrono>
#include <optional>
#include <vector>

namespace reeve::supervise {

// Where the clock is set forward or back, a job is due as under Vixie cron (cron(8)):
// - at a time of the day ("30 2 * * *", at = "02:30"): each day once. A time that the clock leaves out is due when it goes on
//   behind the gap; several of them together. One that comes twice is due the first time.
// - at an interval, with * in minutes or hours ("0 * * * *"): as often as the clock shows such a time. One that is left out is
//   not due, one that comes twice is due twice.
class job_schedule {
 public:
  // Due at each of `times`, of which there is one at least.
  job_schedule(std::vector<config::cron_expression> times, os::time_zone zone);

  // The first due time after `utc`. Nothing: there is none before the year 2200.
  std::optional<std::chrono::sys_seconds> next_after(std::chrono::sys_seconds utc) const;

 private:
  using maybe_seconds = std::optional<std::chrono::sys_seconds>;

  maybe_seconds next_time_of_day(const config::cron_expression& times, std::chrono::sys_seconds utc) const;
  maybe_seconds next_of_interval(const config::cron_expression& times, std::chrono::sys_seconds utc) const;
  std::chrono::sys_seconds end_of(std::size_t offset) const noexcept;

  std::vector<config::cron_expression> times_;
  os::time_zone zone_;
};

} // namespace reeve::supervise
