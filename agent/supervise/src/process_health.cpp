// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/process_health.hpp"

#include <algorithm>
#include <utility>

namespace reeve::supervise {

process_health::process_health(const clock& time, std::vector<named_check> checks,
                               std::function<void()> answered)
    : time_(time), answered_(std::move(answered)), self_(std::make_shared<process_health*>(this)) {
  entries_.reserve(checks.size());
  for (named_check& c : checks) {
    const health_limits limits = c.limits;
    entries_.push_back({std::move(c), health_check(limits)});
  }
}

process_health::~process_health() = default;

void process_health::begin() {
  for (entry& e : entries_)
    e.check.begin(time_.mono());
}

void process_health::end() {
  for (entry& e : entries_)
    e.check.end();
}

void process_health::advance() {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    entry& e = entries_[i];
    if (!e.check.tick(time_.mono())) continue;
    e.named.ask(e.named.limits.timeout, [to = std::weak_ptr(self_), i](probe_answer answer) {
      const auto self = to.lock();
      if (!self) return;
      process_health& health = **self;
      health.entries_[i].check.answered(health.time_.mono(), std::move(answer));
      health.answered_();
    });
  }
}

std::optional<nanoseconds> process_health::next_wake() const {
  std::optional<nanoseconds> first;
  for (const entry& e : entries_)
    if (const auto at = e.check.wake_at(); at && (!first || *at < *first)) first = at;
  return first;
}

health_state process_health::state() const {
  const auto any = [&](health_state s) {
    return std::ranges::any_of(entries_, [s](const entry& e) { return e.check.state() == s; });
  };
  if (any(health_state::unhealthy)) return health_state::unhealthy;
  return any(health_state::starting) ? health_state::starting : health_state::healthy;
}

std::vector<process_health::status> process_health::checks() const {
  std::vector<status> out;
  for (const entry& e : entries_)
    out.push_back({e.named.name, e.check});
  return out;
}

} // namespace reeve::supervise
