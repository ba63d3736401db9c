// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/job_machine.hpp"

#include <algorithm>
#include <utility>

namespace reeve::supervise {

using std::chrono::sys_seconds;
using namespace std::chrono_literals;

namespace {

constexpr int most_missed_one_by_one = 1000;

// splitmix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014), its output function.
std::uint64_t mixed(std::uint64_t x) noexcept {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

} // namespace

const char* name_of(job_result r) noexcept {
  switch (r) {
  case job_result::none:
    return "none";
  case job_result::success:
    return "success";
  case job_result::failed:
    return "failed";
  case job_result::timed_out:
    return "timed_out";
  case job_result::stopped:
    return "stopped";
  case job_result::interrupted:
    break;
  }
  return "interrupted";
}

job_machine::job_machine(job_schedule schedule, const job_rules& rules, const both_clocks& now,
                         const std::optional<job_memory>& memory)
    : schedule_(std::move(schedule)), rules_(rules) {
  if (memory)
    memory_ = *memory;
  else
    memory_.handled = now.utc;
  memory_.retries_left = std::min(memory_.retries_left, rules_.retries);
  plan(memory_.handled);
  follow_clock(now);
  if (memory_.running)
    watch_timeout(now.mono - std::max(now.utc - memory_.last_start.value_or(now.utc), 0s));
  else if (memory_.retrying)
    retry_at_ = now.mono + rules_.retry_interval;
}

void job_machine::set_rules(const job_rules& rules) {
  rules_ = rules;
  memory_.retries_left = std::min(memory_.retries_left, rules_.retries);
  if (memory_.running) watch_timeout(started_at_);
  plan_start();
}

void job_machine::set_schedule(job_schedule schedule, const both_clocks& now) {
  schedule_ = std::move(schedule);
  memory_.handled = std::max(memory_.handled, now.utc);
  plan(far_back_ ? now.utc : memory_.handled);
}

job_state job_machine::state() const noexcept {
  if (memory_.running) return stopped_as_ ? job_state::stopping : job_state::running;
  return memory_.retrying ? job_state::retrying : job_state::waiting;
}

void job_machine::plan(sys_seconds handled) {
  due_ = schedule_.next_after(handled);
  plan_start();
}

void job_machine::plan_start() {
  start_ = due_;
  const auto most = std::chrono::floor<std::chrono::seconds>(rules_.jitter).count();
  if (!due_ || most <= 0) return;
  const auto due = static_cast<std::uint64_t>(due_->time_since_epoch().count());
  *start_ += std::chrono::seconds(mixed(rules_.seed ^ mixed(due)) % (static_cast<std::uint64_t>(most) + 1));
}

void job_machine::follow_clock(const both_clocks& now) {
  const bool far_back = now.utc + longest_repeat < memory_.handled;
  if (far_back == far_back_) return;
  far_back_ = far_back;
  plan(far_back ? now.utc : memory_.handled);
}

// Takes every time that is due by now. Whether a run shall begin for them.
bool job_machine::take_due(const both_clocks& now) {
  follow_clock(now);
  std::uint64_t passed = 0;
  sys_seconds last;
  while (start_ && *start_ <= now.utc) {
    last = *start_;
    memory_.handled = *due_;
    // Of years of minutes only the latest decide.
    if (++passed == most_missed_one_by_one)
      memory_.handled = std::max(memory_.handled,
                                 now.utc - on_time - std::chrono::ceil<std::chrono::seconds>(rules_.jitter));
    plan(memory_.handled);
  }
  if (passed == 0) return false;
  const bool in_time = now.utc - last <= on_time;
  counts_.missed += in_time ? passed - 1 : passed;
  return in_time || rules_.missed == missed_rule::run_once;
}

job_order job_machine::on_due(const both_clocks& now) {
  if (!take_due(now)) return job_order::none;
  if (!memory_.running) return begin(now);
  if (rules_.overlap == overlap_rule::skip || memory_.queued) ++counts_.skipped;
  if (rules_.overlap == overlap_rule::skip) return job_order::none;
  memory_.queued = true;
  return rules_.overlap == overlap_rule::stop_running ? stop_as(job_result::stopped) : job_order::none;
}

job_order job_machine::begin(const both_clocks& now) {
  memory_.queued = false;
  memory_.retries_left = rules_.retries;
  return attempt(now);
}

job_order job_machine::attempt(const both_clocks& now) {
  started(now);
  return job_order::start;
}

void job_machine::started(const both_clocks& now) {
  if (!memory_.running) stopped_as_.reset();
  memory_.running = true;
  memory_.retrying = false;
  memory_.last_start = now.utc;
  retry_at_.reset();
  watch_timeout(now.mono);
}

// One that is being stopped has no limit any more but that of the stop.
void job_machine::watch_timeout(nanoseconds since) {
  started_at_ = since;
  timeout_at_.reset();
  if (rules_.timeout > 0s && !stopped_as_) timeout_at_ = since + rules_.timeout;
}

void job_machine::start_failed(const both_clocks& now) {
  if (memory_.running) finish(now, stopped_as_.value_or(job_result::failed));
}

void job_machine::ended(const both_clocks& now, const job_run_end& e) {
  if (!memory_.running) return;
  memory_.last_duration = std::max(e.up, nanoseconds(0));
  const job_result by_itself = e.was_stopped       ? job_result::interrupted
                               : is_failure(e.end) ? job_result::failed
                                                   : job_result::success;
  finish(now, stopped_as_.value_or(by_itself));
  if (memory_.last_result == job_result::success) memory_.last_success = std::min(e.at, now.utc);
}

void job_machine::lost(const both_clocks& now) {
  if (memory_.running) finish(now, stopped_as_.value_or(job_result::interrupted));
}

void job_machine::finish(const both_clocks& now, job_result result) {
  timeout_at_.reset();
  stopped_as_.reset();
  memory_.running = false;
  memory_.last_result = result;
  ++counts_.ended[static_cast<std::size_t>(result)];
  if (result == job_result::success || result == job_result::stopped) memory_.retries_left = 0;
  if (memory_.retries_left == 0 || memory_.queued) return;
  memory_.retrying = true;
  retry_at_ = now.mono + rules_.retry_interval;
}

job_order job_machine::stop_as(job_result why) {
  if (!memory_.running || stopped_as_) return job_order::none;
  stopped_as_ = why;
  timeout_at_.reset();
  return job_order::stop;
}

job_order job_machine::run(const both_clocks& now) {
  return memory_.running ? job_order::none : begin(now);
}

job_order job_machine::stop() {
  memory_.queued = false;
  memory_.retrying = false;
  memory_.retries_left = 0;
  retry_at_.reset();
  return stop_as(job_result::stopped);
}

job_order job_machine::restart(const both_clocks& now) {
  if (!memory_.running) return begin(now);
  memory_.queued = true;
  return stop_as(job_result::stopped);
}

job_order job_machine::tick(const both_clocks& now) {
  if (timeout_at_ && now.mono >= *timeout_at_) return stop_as(job_result::timed_out);
  if (const job_order order = on_due(now); order != job_order::none) return order;
  if (memory_.running) return job_order::none;
  if (memory_.queued) return begin(now);
  if (!retry_at_ || now.mono < *retry_at_) return job_order::none;
  --memory_.retries_left;
  ++counts_.retries;
  return attempt(now);
}

nanoseconds job_machine::wake_at(const both_clocks& now) const noexcept {
  nanoseconds wake = now.mono + look_interval;
  const auto not_later = [&](const std::optional<nanoseconds>& at) {
    if (at) wake = std::min(wake, *at);
  };
  if (memory_.queued && !memory_.running) not_later(now.mono);
  not_later(timeout_at_);
  not_later(retry_at_);
  if (start_ && *start_ < now.utc + look_interval) not_later(now.mono + std::max(*start_ - now.utc, 0s));
  return wake;
}

std::optional<sys_seconds> job_machine::next_start(const both_clocks& now) const noexcept {
  if (!retry_at_) return start_;
  const sys_seconds retry = now.utc + std::chrono::ceil<std::chrono::seconds>(*retry_at_ - now.mono);
  return start_ ? std::min(*start_, retry) : retry;
}

} // namespace reeve::supervise
