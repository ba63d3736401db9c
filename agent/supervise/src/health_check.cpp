// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/health_check.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <utility>

namespace reeve::supervise {

namespace {

using namespace std::chrono_literals;

// Who starts a process waits for its first pass, so that it is asked more often until then.
constexpr nanoseconds longest_step_in_grace = 1s;

// A probe keeps its timeout itself, and knows better what it was waiting for; this is for one that does not.
constexpr nanoseconds slack = 1s;

} // namespace

const char* name_of(health_state s) noexcept {
  switch (s) {
  case health_state::starting:
    return "starting";
  case health_state::healthy:
    return "healthy";
  case health_state::unhealthy:
    break;
  }
  return "unhealthy";
}

void health_check::begin(nanoseconds now) {
  up_ = true;
  state_ = health_state::starting;
  begun_ = now;
  failures_in_row_ = 0;
  passes_in_row_ = 0;
  disowned_ = asking_;
  next_ = asking_ ? now + step(now) : now;
}

void health_check::end() noexcept {
  up_ = false;
  disowned_ = asking_;
}

std::optional<nanoseconds> health_check::wake_at() const noexcept {
  if (!up_) return std::nullopt;
  return asking_ && !disowned_ ? asked_at_ + limits_.timeout + slack : next_;
}

bool health_check::tick(nanoseconds now) {
  const auto due = wake_at();
  if (!due || now < *due) return false;
  if (!asking_) {
    asking_ = true;
    asked_at_ = now;
    next_ = now + step(now);
    return true;
  }
  if (!std::exchange(disowned_, true)) {
    count(asked_at_, now, {false, cat("no answer within ", format_duration(limits_.timeout))});
    if (next_ > now) return false;
  } else {
    count(now, now, {false, "the check before this one has not ended"});
  }
  next_ = now + step(now);
  return false;
}

void health_check::answered(nanoseconds now, probe_answer answer) {
  if (!std::exchange(asking_, false)) return;
  if (std::exchange(disowned_, false)) return;
  const nanoseconds took = now - asked_at_;
  if (answer.passed && took > limits_.timeout)
    answer = {false, cat("the answer took longer than ", format_duration(limits_.timeout))};
  count(asked_at_, now, std::move(answer));
}

nanoseconds health_check::step(nanoseconds now) const noexcept {
  return in_grace(now) ? std::min(limits_.interval, longest_step_in_grace) : limits_.interval;
}

bool health_check::in_grace(nanoseconds at) const noexcept {
  return state_ == health_state::starting && at - begun_ < limits_.grace;
}

void health_check::count(nanoseconds asked_at, nanoseconds now, probe_answer answer) {
  const bool passed = answer.passed;
  last_answer_ = std::move(answer);
  last_duration_ = now - asked_at;
  if (passed) {
    ++passes_total_;
    ++passes_in_row_;
    failures_in_row_ = 0;
    // A step of the grace is too short for what comes after it.
    if (state_ == health_state::starting) next_ = std::max(next_, asked_at + limits_.interval);
    if (state_ == health_state::starting || passes_in_row_ >= limits_.success_threshold)
      state_ = health_state::healthy;
    return;
  }
  ++failures_total_;
  passes_in_row_ = 0;
  if (in_grace(asked_at)) return;
  ++failures_in_row_;
  if (failures_in_row_ >= limits_.retries) state_ = health_state::unhealthy;
}

} // namespace reeve::supervise
