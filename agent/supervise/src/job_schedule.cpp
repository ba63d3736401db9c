// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/job_schedule.hpp"

#include <algorithm>
#include <utility>

namespace reeve::supervise {

using namespace std::chrono;

namespace {

local_seconds to_local(sys_seconds utc, seconds offset) noexcept {
  return local_seconds(utc.time_since_epoch() + offset);
}
sys_seconds to_utc(local_seconds local, seconds offset) noexcept {
  return sys_seconds(local.time_since_epoch() - offset);
}

} // namespace

job_schedule::job_schedule(std::vector<config::cron_expression> times, os::time_zone zone)
    : times_(std::move(times)), zone_(std::move(zone)) {}

sys_seconds job_schedule::end_of(std::size_t i) const noexcept {
  return i + 1 < zone_.offsets.size() ? zone_.offsets[i + 1].from : os::zone_end;
}

std::optional<sys_seconds> job_schedule::next_after(sys_seconds utc) const {
  std::optional<sys_seconds> first;
  for (const config::cron_expression& t : times_) {
    const std::optional<sys_seconds> next =
        t.is_interval() ? next_of_interval(t, utc) : next_time_of_day(t, utc);
    if (next && (!first || *next < *first)) first = next;
  }
  return first;
}

// A time of the day is due at the first moment when the clock has come to it or beyond. So of the times that the clock has not
// yet come to until `utc`, the next one decides.
std::optional<sys_seconds> job_schedule::next_time_of_day(const config::cron_expression& times,
                                                          sys_seconds utc) const {
  const std::vector<os::zone_offset>& offsets = zone_.offsets;
  std::size_t i = 0;
  local_seconds reached = to_local(os::zone_begin, offsets[0].offset);
  for (; end_of(i) <= utc; ++i) {
    if (i + 1 == offsets.size()) return std::nullopt;
    reached = std::max(reached, to_local(end_of(i), offsets[i].offset) - 1s);
  }
  reached = std::max(reached, to_local(utc, offsets[i].offset));
  const std::optional<local_seconds> due =
      times.next(reached + 1s, to_local(os::zone_end, offsets.back().offset));
  if (!due) return std::nullopt;
  for (; i < offsets.size(); ++i) {
    const sys_seconds at = std::max(offsets[i].from, to_utc(*due, offsets[i].offset));
    if (at < end_of(i)) return at;
  }
  return std::nullopt;
}

std::optional<sys_seconds> job_schedule::next_of_interval(const config::cron_expression& times,
                                                          sys_seconds utc) const {
  const std::vector<os::zone_offset>& offsets = zone_.offsets;
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    if (end_of(i) <= utc) continue;
    const seconds offset = offsets[i].offset;
    const std::optional<local_seconds> due =
        times.next(to_local(std::max(offsets[i].from, utc + 1s), offset), to_local(end_of(i), offset));
    if (due) return to_utc(*due, offset);
  }
  return std::nullopt;
}

} // namespace reeve::supervise
