// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/managed_process.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <utility>

namespace reeve::supervise {

namespace {

using namespace std::chrono_literals;

constexpr nanoseconds shortest_block = 250ms, longest_block = 15s;

} // namespace

bool managed_process::is_alive() const noexcept {
  return step_ == step::launching || step_ == step::post_start || step_ == step::up ||
         step_ == step::pre_stop || step_ == step::climbing || step_ == step::killing;
}

void managed_process::enter(process_state s, step at, nanoseconds now, std::optional<nanoseconds> wake_at) {
  if (state_ != s) since_ = now;
  state_ = s;
  step_ = at;
  wake_at_ = wake_at;
}

process_order managed_process::run_hook(process_state s, step at, nanoseconds now, process_order which) {
  enter(s, at, now, now + plan_.hook_timeout);
  hook_runs_ = true;
  return which;
}

process_order managed_process::begin_start(nanoseconds now, bool is_restart) {
  is_leaving_ = has_failed_ = is_to_start_again_ = false;
  is_restart_ = is_restart;
  enter(process_state::starting, step::preparing, now);
  return process_order::prepare;
}

process_order managed_process::start(nanoseconds now) {
  policy_.reset();
  is_wanted_ = true;
  switch (state_) {
  case process_state::starting:
    if (!is_leaving_) return process_order::none;
    is_to_start_again_ = true;
    return process_order::none;
  case process_state::running:
    return process_order::none;
  case process_state::stopping:
  case process_state::killing:
  case process_state::stuck:
  case process_state::cleaning:
    is_to_start_again_ = true;
    return process_order::none;
  default:
    block_delay_ = 0ns;
    return begin_start(now);
  }
}

process_order managed_process::stop(nanoseconds now) {
  is_wanted_ = is_to_start_again_ = is_restart_ = false;
  switch (step_) {
  case step::pre_start:
  case step::post_start:
    if (std::exchange(is_leaving_, true)) return process_order::none;
    wake_at_.reset();
    return process_order::kill_hook;
  case step::launching:
    is_leaving_ = true;
    return process_order::none;
  case step::up:
    is_leaving_ = true;
    return begin_stop(now);
  case step::pre_stop:
  case step::climbing:
  case step::killing:
    is_leaving_ = true;
    return process_order::none;
  case step::cleaning:
    next_ = process_state::stopped;
    return process_order::none;
  default:
    if (state_ == process_state::blocked) failure_.clear();
    enter(process_state::stopped, step::none, now);
    return process_order::none;
  }
}

process_order managed_process::restart(nanoseconds now) {
  if (!is_alive() && step_ != step::pre_start && step_ != step::cleaning) return start(now);
  const process_order order = stop(now);
  policy_.reset();
  is_wanted_ = is_to_start_again_ = true;
  return order;
}

process_order managed_process::fail(nanoseconds now, std::string why) {
  if (step_ != step::up) return process_order::none;
  failure_ = std::move(why);
  has_failed_ = true;
  return begin_stop(now);
}

void managed_process::reset() {
  policy_.reset();
  if (state_ == process_state::given_up) {
    state_ = process_state::stopped;
    failure_.clear();
  }
}

process_order managed_process::ready(nanoseconds now) {
  if (step_ != step::preparing) return process_order::none;
  block_delay_ = 0ns;
  if (state_ == process_state::blocked) failure_.clear();
  if (plan_.pre_start)
    return run_hook(process_state::starting, step::pre_start, now, process_order::run_pre_start);
  return launch(now);
}

process_order managed_process::blocked(nanoseconds now, std::string why, bool retries) {
  if (step_ != step::preparing) return process_order::none;
  failure_ = std::move(why);
  std::optional<nanoseconds> at;
  if (retries) {
    block_delay_ = std::clamp(2 * block_delay_, shortest_block, longest_block);
    at = now + block_delay_;
  }
  enter(process_state::blocked, step::preparing, now, at);
  return process_order::none;
}

process_order managed_process::look_again(nanoseconds now) {
  (void)now;
  if (state_ != process_state::blocked) return process_order::none;
  wake_at_.reset();
  return process_order::prepare;
}

process_order managed_process::refused(nanoseconds now, std::string why) {
  if (step_ != step::preparing) return process_order::none;
  failure_ = std::move(why);
  enter(process_state::given_up, step::none, now);
  return process_order::none;
}

process_order managed_process::launch(nanoseconds now) {
  ++incarnation_;
  if (std::exchange(is_restart_, false)) ++restarts_;
  enter(process_state::starting, step::launching, now);
  return process_order::launch;
}

process_order managed_process::started(nanoseconds now) {
  if (step_ != step::launching) return process_order::none;
  failure_.clear();
  up_since_ = now;
  if (is_leaving_) return begin_stop(now);
  if (plan_.post_start)
    return run_hook(process_state::starting, step::post_start, now, process_order::run_post_start);
  enter(process_state::running, step::up, now);
  return process_order::none;
}

process_order managed_process::start_failed(nanoseconds now, std::string why, double chance) {
  if (step_ != step::launching) return process_order::none;
  failure_ = std::move(why);
  return run_over(now, 0ns, true, chance);
}

process_order managed_process::begin_stop(nanoseconds now) {
  kill_at_ = now + plan_.stop_budget - plan_.for_kill();
  if (!plan_.pre_stop) {
    state_ = process_state::stopping;
    since_ = now;
    return climb(now, 0);
  }
  const process_order order =
      run_hook(process_state::stopping, step::pre_stop, now, process_order::run_pre_stop);
  wake_at_ = std::min(*wake_at_, kill_at_);
  return order;
}

process_order managed_process::climb(nanoseconds now, std::size_t rung) {
  if (now >= kill_at_ || rung >= plan_.rungs.size()) return kill(now);
  rung_ = rung;
  const nanoseconds timeout = plan_.rungs[rung];
  enter(process_state::stopping, step::climbing, now,
        timeout == 0ns ? kill_at_ : std::min(kill_at_, now + timeout));
  return process_order::climb;
}

process_order managed_process::rung_failed(nanoseconds now) {
  return step_ == step::climbing ? climb(now, rung_ + 1) : process_order::none;
}

process_order managed_process::kill(nanoseconds now) {
  enter(process_state::killing, step::killing, now, now + plan_.for_kill());
  return process_order::kill;
}

process_order managed_process::ended(nanoseconds now, const process_end& end, double chance) {
  if (!is_alive()) return process_order::none;
  last_end_ = end;
  if (hook_runs_) {
    late_end_ = {end, chance};
    wake_at_.reset();
    return process_order::kill_hook;
  }
  return finish(now, end, chance);
}

process_order managed_process::finish(nanoseconds now, const process_end& end, double chance) {
  late_end_.reset();
  return run_over(now, now - up_since_, has_failed_ || is_failure(end), chance);
}

process_order managed_process::run_over(nanoseconds now, nanoseconds up, bool failed, double chance) {
  next_ = process_state::stopped;
  next_delay_ = 0ns;
  if (!is_leaving_) {
    const std::optional<nanoseconds> wait = policy_.on_end(now, up, failed, chance);
    next_ = wait                     ? process_state::waiting
            : policy_.has_given_up() ? process_state::given_up
                                     : process_state::exited;
    next_delay_ = wait.value_or(0ns);
  }
  if (plan_.clean_up) return run_hook(process_state::cleaning, step::cleaning, now, process_order::clean_up);
  return after_clean(now);
}

process_order managed_process::after_clean(nanoseconds now) {
  is_leaving_ = has_failed_ = false;
  if (is_to_start_again_) return begin_start(now);
  if (next_ != process_state::waiting) {
    enter(next_, step::none, now);
    return process_order::none;
  }
  enter(process_state::waiting, step::none, now, now + next_delay_);
  return tick(now);
}

process_order managed_process::hook_done(nanoseconds now, bool is_good, std::string why, double chance) {
  if (!std::exchange(hook_runs_, false)) return process_order::none;
  wake_at_.reset();
  switch (step_) {
  case step::pre_start:
    if (is_good && !is_leaving_) return launch(now);
    if (!is_good && !is_leaving_) failure_ = cat("the hook pre_start: ", why);
    return run_over(now, 0ns, true, chance);
  case step::post_start:
    if (late_end_) return finish(now, late_end_->end, late_end_->chance);
    if (is_leaving_) return begin_stop(now);
    if (is_good) {
      enter(process_state::running, step::up, now);
      return process_order::none;
    }
    failure_ = cat("the hook post_start: ", why);
    has_failed_ = true;
    return begin_stop(now);
  case step::pre_stop:
    if (late_end_) return finish(now, late_end_->end, late_end_->chance);
    return climb(now, 0);
  case step::cleaning:
    return after_clean(now);
  default:
    return process_order::none;
  }
}

process_order managed_process::tick(nanoseconds now) {
  if (!wake_at_ || now < *wake_at_) return process_order::none;
  if (hook_runs_) {
    wake_at_.reset();
    return process_order::kill_hook;
  }
  switch (state_) {
  case process_state::waiting:
    return begin_start(now, true);
  case process_state::blocked:
    return look_again(now);
  case process_state::stopping:
    return climb(now, rung_ + 1);
  case process_state::killing:
    enter(process_state::stuck, step::killing, now);
    return process_order::none;
  default:
    wake_at_.reset();
    return process_order::none;
  }
}

process_memory managed_process::memory() const {
  process_memory m;
  switch (step_) {
  case step::none:
    m.phase = state_ == process_state::waiting ? process_phase::waiting : process_phase::idle;
    if (m.phase == process_phase::idle) m.next = state_;
    break;
  case step::preparing:
  case step::pre_start:
    m.phase = process_phase::starting;
    break;
  case step::cleaning:
    m.phase = process_phase::cleaning;
    m.next = next_;
    break;
  default:
    m.phase = process_phase::launched;
    m.is_stopping = is_leaving_ || has_failed_;
  }
  if (m.phase == process_phase::waiting) m.wake_at = wake_at_;
  if (m.phase == process_phase::cleaning && next_ == process_state::waiting) m.wake_at = since_ + next_delay_;
  m.is_wanted = is_wanted_;
  m.has_failed = has_failed_;
  m.is_to_start_again = is_to_start_again_;
  m.is_restart = is_restart_;
  m.incarnation = incarnation_;
  m.restarts = restarts_;
  m.last_end = last_end_;
  m.failure = failure_;
  m.policy = policy_.memory();
  return m;
}

process_order managed_process::remember(nanoseconds now, process_memory m) {
  policy_.remember(std::move(m.policy));
  is_wanted_ = m.is_wanted;
  incarnation_ = m.incarnation;
  restarts_ = m.restarts;
  last_end_ = m.last_end;
  failure_ = std::move(m.failure);
  switch (m.phase) {
  case process_phase::starting:
    return begin_start(now, m.is_restart);
  case process_phase::launched:
    is_leaving_ = m.is_stopping && !m.has_failed;
    has_failed_ = m.has_failed;
    is_to_start_again_ = m.is_to_start_again;
    enter(process_state::starting, step::launching, now);
    return process_order::none;
  case process_phase::cleaning:
    is_to_start_again_ = m.is_to_start_again;
    next_ = m.next;
    next_delay_ = m.wake_at ? std::max(0ns, *m.wake_at - now) : 0ns;
    if (plan_.clean_up)
      return run_hook(process_state::cleaning, step::cleaning, now, process_order::clean_up);
    return after_clean(now);
  case process_phase::waiting:
    enter(process_state::waiting, step::none, now, m.wake_at.value_or(now));
    return tick(now);
  case process_phase::idle:
    enter(m.next, step::none, now);
    break;
  }
  return process_order::none;
}

process_order managed_process::ended_meanwhile(nanoseconds now, nanoseconds since, const process_end& end,
                                               double chance) {
  up_since_ = since;
  return ended(now, end, chance);
}

process_order managed_process::go_on(nanoseconds now, nanoseconds since) {
  if (step_ != step::launching) return process_order::none;
  up_since_ = since;
  if (is_leaving_ || has_failed_) return begin_stop(now);
  enter(process_state::running, step::up, since);
  return process_order::none;
}

std::optional<nanoseconds> managed_process::next_start_in(nanoseconds now) const noexcept {
  switch (state_) {
  case process_state::starting:
  case process_state::running:
    return 0ns;
  case process_state::waiting:
    return *wake_at_ - now;
  case process_state::cleaning:
    if (is_to_start_again_) return 0ns;
    return next_ == process_state::waiting ? std::optional(next_delay_) : std::nullopt;
  default:
    return std::nullopt;
  }
}

void managed_process::set_plan(process_plan plan) {
  plan_ = std::move(plan);
  policy_.set(plan_.restart, plan_.limits);
}

} // namespace reeve::supervise
