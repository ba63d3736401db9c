// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/job_machine.hpp"

#include <algorithm>
#include <utility>

namespace reeve::supervise {

using std::chrono::sys_seconds;

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

const char* name_of(job_state s) noexcept {
  switch (s) {
  case job_state::waiting:
    return "waiting";
  case job_state::running:
    return "running";
  case job_state::retrying:
    return "retrying";
  case job_state::stopping:
    return "stopping";
  case job_state::killing:
    return "killing";
  case job_state::stuck:
    break;
  }
  return "stuck";
}

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

job_machine::job_machine(job_schedule schedule, const job_rules& rules, const moment& now,
                         const std::optional<job_memory>& memory)
    : schedule_(std::move(schedule)), rules_(rules), process_(restart_rule::never, rules.stop) {
  if (memory)
    memory_ = *memory;
  else
    memory_.handled = now.utc;
  memory_.retries_left = std::min(memory_.retries_left, rules_.retries);
  plan(memory_.handled);
  follow_clock(now);
  if (memory_.running)
    finish(now, job_result::interrupted);
  else if (memory_.retrying)
    retry_at_ = now.mono + rules_.retry_interval;
}

job_state job_machine::state() const noexcept {
  switch (process_.state()) {
  case process_state::running:
    return job_state::running;
  case process_state::stopping:
    return job_state::stopping;
  case process_state::killing:
    return job_state::killing;
  case process_state::stuck:
    return job_state::stuck;
  default:
    return memory_.retrying ? job_state::retrying : job_state::waiting;
  }
}

void job_machine::plan(sys_seconds handled) {
  due_ = schedule_.next_after(handled);
  start_ = due_;
  const auto most = std::chrono::floor<std::chrono::seconds>(rules_.jitter).count();
  if (!due_ || most <= 0) return;
  const auto due = static_cast<std::uint64_t>(due_->time_since_epoch().count());
  *start_ += std::chrono::seconds(mixed(rules_.seed ^ mixed(due)) % (static_cast<std::uint64_t>(most) + 1));
}

void job_machine::follow_clock(const moment& now) {
  const bool far_back = now.utc + longest_repeat < memory_.handled;
  if (far_back == far_back_) return;
  far_back_ = far_back;
  plan(far_back ? now.utc : memory_.handled);
}

// Takes every time that is due by now. Whether a run shall begin for them.
bool job_machine::take_due(const moment& now) {
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

process_order job_machine::on_due(const moment& now) {
  if (shut_down_ || !take_due(now)) return process_order::none;
  if (!is_alive()) return begin(now);
  if (rules_.overlap == overlap_rule::skip || queued_) ++counts_.skipped;
  if (rules_.overlap == overlap_rule::skip) return process_order::none;
  queued_ = true;
  return rules_.overlap == overlap_rule::stop_running ? stop_as(now, job_result::stopped)
                                                      : process_order::none;
}

process_order job_machine::begin(const moment& now) {
  memory_.retries_left = rules_.retries;
  return attempt(now);
}

process_order job_machine::attempt(const moment& now) {
  memory_.retrying = false;
  memory_.running = true;
  memory_.last_start = now.utc;
  retry_at_.reset();
  const process_order order = process_.start(now.mono);
  started(now);
  return order;
}

void job_machine::started(const moment& now) {
  process_.started(now.mono);
  started_at_ = now.mono;
  if (rules_.timeout.count() > 0) timeout_at_ = now.mono + rules_.timeout;
}

process_order job_machine::start_failed(const moment& now, std::string why) {
  process_.start_failed(now.mono, std::move(why), 0);
  return finish(now, job_result::failed);
}

process_order job_machine::ended(const moment& now, const process_end& end) {
  if (!is_alive()) return process_order::none;
  process_.ended(now.mono, end, 0);
  memory_.last_duration = now.mono - started_at_;
  return finish(now, stopped_as_.value_or(end.failed() ? job_result::failed : job_result::success));
}

process_order job_machine::finish(const moment& now, job_result result) {
  timeout_at_.reset();
  stopped_as_.reset();
  memory_.running = false;
  memory_.last_result = result;
  ++counts_.ended[static_cast<std::size_t>(result)];
  if (result == job_result::success) memory_.last_success = now.utc;
  if (result == job_result::success || result == job_result::stopped) memory_.retries_left = 0;
  if (std::exchange(queued_, false)) return begin(now);
  if (memory_.retries_left > 0) {
    memory_.retrying = true;
    retry_at_ = now.mono + rules_.retry_interval;
  }
  return process_order::none;
}

process_order job_machine::stop_as(const moment& now, job_result why) {
  if (process_.state() != process_state::running) return process_order::none;
  stopped_as_ = why;
  timeout_at_.reset();
  return process_.stop(now.mono);
}

process_order job_machine::run(const moment& now) {
  return shut_down_ || is_alive() ? process_order::none : begin(now);
}

process_order job_machine::stop(const moment& now) {
  queued_ = false;
  memory_.retrying = false;
  memory_.retries_left = 0;
  retry_at_.reset();
  return stop_as(now, job_result::stopped);
}

process_order job_machine::shut_down(const moment& now) {
  shut_down_ = true;
  queued_ = false;
  return stop_as(now, job_result::interrupted);
}

process_order job_machine::tick(const moment& now) {
  if (const process_order order = process_.tick(now.mono); order != process_order::none) return order;
  if (timeout_at_ && now.mono >= *timeout_at_) return stop_as(now, job_result::timed_out);
  if (const process_order order = on_due(now); order != process_order::none) return order;
  if (shut_down_ || !retry_at_ || now.mono < *retry_at_) return process_order::none;
  --memory_.retries_left;
  ++counts_.retries;
  return attempt(now);
}

nanoseconds job_machine::wake_at(const moment& now) const noexcept {
  nanoseconds wake = now.mono + look_interval;
  const auto not_later = [&](const std::optional<nanoseconds>& at) {
    if (at) wake = std::min(wake, *at);
  };
  not_later(process_.wake_at());
  not_later(timeout_at_);
  if (shut_down_) return wake;
  not_later(retry_at_);
  if (start_ && *start_ < now.utc + look_interval)
    not_later(now.mono + std::max(*start_ - now.utc, std::chrono::seconds(0)));
  return wake;
}

} // namespace reeve::supervise
