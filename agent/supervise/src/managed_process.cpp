// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/managed_process.hpp"

#include <utility>

namespace reeve::supervise {

const char* name_of(process_state s) noexcept {
  switch (s) {
  case process_state::stopped:
    return "stopped";
  case process_state::running:
    return "running";
  case process_state::waiting:
    return "waiting";
  case process_state::stopping:
    return "stopping";
  case process_state::killing:
    return "killing";
  case process_state::stuck:
    return "stuck";
  case process_state::exited:
    return "exited";
  case process_state::given_up:
    break;
  }
  return "given_up";
}

bool managed_process::is_alive() const noexcept {
  return state_ == process_state::running || state_ == process_state::stopping ||
         state_ == process_state::killing || state_ == process_state::stuck;
}

void managed_process::enter(process_state s, nanoseconds now, std::optional<nanoseconds> wake_at) {
  state_ = s;
  since_ = now;
  wake_at_ = wake_at;
}

process_order managed_process::start_now(nanoseconds now) {
  enter(process_state::running, now);
  return process_order::start;
}

process_order managed_process::start(nanoseconds now) {
  policy_.reset();
  if (state_ == process_state::running) return process_order::none;
  if (is_alive()) {
    start_when_stopped_ = true;
    return process_order::none;
  }
  return start_now(now);
}

process_order managed_process::stop(nanoseconds now) {
  start_when_stopped_ = false;
  if (state_ == process_state::running) {
    enter(process_state::stopping, now, now + stop_.whole - stop_.for_kill());
    return process_order::ask_to_end;
  }
  if (!is_alive()) enter(process_state::stopped, now);
  return process_order::none;
}

void managed_process::started(nanoseconds now) {
  since_ = now;
  last_failure_.clear();
}

process_order managed_process::start_failed(nanoseconds now, std::string why, double chance) {
  last_failure_ = std::move(why);
  return after_end(now, nanoseconds(0), true, chance);
}

process_order managed_process::ended(nanoseconds now, const process_end& end, double chance) {
  if (!is_alive()) return process_order::none;
  last_end_ = end;
  if (state_ != process_state::running) {
    enter(process_state::stopped, now);
    return std::exchange(start_when_stopped_, false) ? start_now(now) : process_order::none;
  }
  return after_end(now, now - since_, end.failed(), chance);
}

process_order managed_process::after_end(nanoseconds now, nanoseconds up, bool failed, double chance) {
  const std::optional<nanoseconds> wait = policy_.on_end(now, up, failed, chance);
  if (!wait) {
    enter(policy_.has_given_up() ? process_state::given_up : process_state::exited, now);
    return process_order::none;
  }
  enter(process_state::waiting, now, now + *wait);
  return tick(now);
}

process_order managed_process::tick(nanoseconds now) {
  if (!wake_at_ || now < *wake_at_) return process_order::none;
  switch (state_) {
  case process_state::waiting:
    ++restarts_;
    return start_now(now);
  case process_state::stopping:
    enter(process_state::killing, now, now + stop_.for_kill());
    return process_order::kill;
  case process_state::killing:
    enter(process_state::stuck, now);
    return process_order::none;
  default:
    wake_at_.reset();
    return process_order::none;
  }
}

} // namespace reeve::supervise
