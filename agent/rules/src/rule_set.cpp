// SPDX-License-Identifier: Apache-2.0
#include "reeve/rules/rule.hpp"

#include "alert_tracker.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace reeve::rules {

namespace {

struct evaluated_rule {
  evaluated_rule(rule r, series_memory& memory)
      : what(std::move(r)), condition(std::move(what.expression), memory) {}

  bool fires_as(const rule& other) const {
    return what.name == other.name && what.text == other.text && what.hold_ms == other.hold_ms &&
           what.keep_firing_ms == other.keep_firing_ms && what.times == other.times && what.of == other.of &&
           what.labels == other.labels;
  }

  rule what;
  evaluation condition;
  alert_tracker alerts;
  rule_report report;
};

} // namespace

struct rule_set::state {
  explicit state(const clock& t) : time(t) {}

  result<> evaluate(evaluated_rule& r, std::int64_t now_ms, std::vector<alert_change>& changes) const {
    const auto value = r.condition.at(now_ms);
    if (!value) {
      r.alerts.miss();
      return value.error();
    }
    r.report.samples = (*value)->samples.size();
    return r.alerts.take(r.what, (*value)->samples, now_ms, changes);
  }

  const clock& time;
  std::vector<evaluated_rule> rules;
};

rule_set::rule_set(std::vector<rule> rules, series_memory& memory, const clock& time)
    : state_(std::make_unique<state>(time)) {
  for (rule& r : rules)
    state_->rules.emplace_back(std::move(r), memory);
}
rule_set::~rule_set() = default;

void rule_set::take_over(rule_set& former) {
  for (evaluated_rule& r : state_->rules) {
    const auto same =
        std::ranges::find_if(former.state_->rules, [&](const auto& other) { return other.fires_as(r.what); });
    if (same == former.state_->rules.end()) continue;
    r.alerts = std::exchange(same->alerts, alert_tracker());
    r.alerts.forget_samples();
    r.report = same->report;
  }
}

std::vector<alert_change> rule_set::evaluate(std::int64_t now_ms) {
  std::vector<alert_change> changes;
  for (evaluated_rule& r : state_->rules) {
    const nanoseconds began = state_->time.mono();
    const auto done = state_->evaluate(r, now_ms, changes);
    ++r.report.evaluations_total;
    if (!done) ++r.report.failures_total;
    r.report.problem = done ? std::string() : done.error().message;
    r.report.seconds = std::chrono::duration<double>(state_->time.mono() - began).count();
  }
  return changes;
}

void rule_set::move(std::int64_t by_ms) {
  for (evaluated_rule& r : state_->rules)
    r.alerts.move(by_ms);
}

std::size_t rule_set::size() const noexcept {
  return state_->rules.size();
}
const rule& rule_set::at(std::size_t i) const noexcept {
  return state_->rules[i].what;
}
const rule_report& rule_set::report(std::size_t i) const noexcept {
  return state_->rules[i].report;
}

std::vector<alert> rule_set::alerts() const {
  std::vector<alert> out;
  for (const evaluated_rule& r : state_->rules)
    r.alerts.append_to(out);
  return out;
}
std::vector<alert> rule_set::alerts_of(std::size_t i) const {
  std::vector<alert> out;
  state_->rules[i].alerts.append_to(out);
  return out;
}

bool rule_set::holds(std::string_view rule, const label_list& labels) const {
  return std::ranges::any_of(
      state_->rules, [&](const evaluated_rule& r) { return r.what.name == rule && r.alerts.holds(labels); });
}

} // namespace reeve::rules
