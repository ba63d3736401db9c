// SPDX-License-Identifier: Apache-2.0
#include "rule_runner.hpp"

#include "reeve/app/agent_events.hpp"
#include "reeve/app/check_rules.hpp"
#include "reeve/app/rule_status.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/rules/summary_template.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace reeve::app {

namespace {

constexpr std::uint64_t trim_every = 60; // evaluations

std::int64_t milliseconds(nanoseconds n) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(n).count();
}

} // namespace

rule_runner::rule_runner(boost::asio::io_context& loop, const clock& time, const store::board& board,
                         event_router& events, own_metrics own, listener tell)
    : time_(time), board_(board), events_(events), own_(std::move(own)), tell_(std::move(tell)),
      timer_(loop) {}

void rule_runner::apply(const config::settings& s) {
  if (rules_ && s.rules == settings_ && s.rule_engine == engine_) return;
  const bool is_other_memory = !memory_ || s.rule_engine.max_series != engine_.max_series ||
                               s.rule_engine.max_samples != engine_.max_samples;
  engine_ = s.rule_engine;
  settings_ = s.rules;
  std::unique_ptr<rules::series_memory> former_memory = std::move(memory_);
  std::unique_ptr<rules::rule_set> former = std::move(rules_);
  if (is_other_memory) {
    feed_.reset();
    memory_ = std::make_unique<rules::series_memory>(limits());
    feed_ = std::make_unique<rules::snapshot_feed>(*memory_);
  } else {
    memory_ = std::move(former_memory);
    memory_->clear_selections();
  }
  is_failing_.assign(settings_.size(), false);
  if (!settings_.empty()) rules_ = std::make_unique<rules::rule_set>(make_rules(settings_), *memory_, time_);
  if (rules_ && former) rules_->take_over(*former);
  const std::vector<rules::alert> left = former ? former->alerts() : std::vector<rules::alert>();
  former.reset(); // before the memory that it looks at
  memory_->drop_unselected();
  feed_->selections_changed();
  next_ = time_.mono();
  arm();
  for (const rules::alert& a : left)
    tell({a.is == rules::alert::state::firing ? rules::alert_change::kind::withdrawn
                                              : rules::alert_change::kind::cleared,
          a});
}

void rule_runner::cancel() {
  timer_.cancel();
  settings_.clear();
  rules_.reset();
}

rules::memory_limits rule_runner::limits() const noexcept {
  rules::memory_limits out;
  out.series = engine_.max_series;
  out.points = engine_.max_samples;
  return out;
}

std::vector<store::board::entry> rule_runner::sources() const {
  std::vector<store::board::entry> out = board_.view();
  out.push_back({agent_event_source, own_()});
  return out;
}

void rule_runner::look_at_clock() {
  const std::int64_t by_ms = clock_.set_by_ms(time_.mono(), time_.unix_time());
  if (by_ms == 0) return;
  if (memory_) memory_->move(by_ms);
  if (rules_) rules_->move(by_ms);
}

std::int64_t rule_runner::fill(rules::series_memory& other) {
  look_at_clock();
  const std::vector<store::board::entry> now = sources();
  const std::int64_t now_ms = milliseconds(time_.unix_time());
  if (memory_) {
    feed_->take(now, now_ms,
                clock_.offset()); // so that what has ended since the last evaluation has its end there
    memory_->copy_to(other);
  }
  rules::snapshot_feed(other).take(now, now_ms, clock_.offset());
  return now_ms;
}

std::optional<nanoseconds> rule_runner::last_held(std::string_view rule,
                                                  const rules::label_list& labels) const {
  return rules_ && rules_->holds(rule, labels) ? std::optional(evaluated_) : std::nullopt;
}

rules::memory_use rule_runner::memory() const {
  return memory_ ? memory_->use() : rules::memory_use{};
}

void rule_runner::arm() {
  timer_.cancel();
  if (!rules_) return;
  next_ += engine_.interval;
  const nanoseconds now = time_.mono();
  while (next_ <= now) {
    next_ += engine_.interval;
    ++late_;
  }
  timer_.expires_after(next_ - now);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled || !rules_) return;
    evaluate();
    arm();
  });
}

void rule_runner::evaluate() {
  evaluated_ = time_.mono();
  look_at_clock();
  const std::vector<store::board::entry> now = sources();
  const std::int64_t now_ms = milliseconds(time_.unix_time()); // not before the agent's own metrics were made
  feed_->take(now, now_ms, clock_.offset());
  if (++evaluations_ % trim_every == 0) memory_->trim(now_ms);
  for (const rules::alert_change& change : rules_->evaluate(now_ms))
    tell(change);
  tell_problems();
}

void rule_runner::tell(const rules::alert_change& change) {
  const rules::alert& who = change.who;
  const auto s = std::ranges::find(settings_, who.rule, &config::rule_settings::name);
  std::string summary;
  if (s != settings_.end())
    if (const auto parsed = rules::summary_template::parse(s->summary))
      summary = parsed->text(who.labels, who.value);
  using kind = rules::alert_change::kind;
  const log_field rule{"rule", who.rule}, labels{"labels", bare_label_text(who.labels)},
      value{"value", cat(who.value)},
      text{"summary", summary.empty() ? std::string("its condition holds") : summary};
  if (change.what == kind::firing) events_.report(events::rule_fires, {rule, labels, value, text});
  if (change.what == kind::resolved || change.what == kind::withdrawn)
    events_.report(events::rule_resolved, {rule, labels, value});
  tell_(change);
}

// Once when it begins, not at each evaluation.
void rule_runner::tell_problems() {
  for (std::size_t i = 0; i < rules_->size(); ++i) {
    const std::string& problem = rules_->report(i).problem;
    if (!problem.empty() && !is_failing_[i])
      events_.report(events::rule_failing, {{"rule", rules_->at(i).name}, {"reason", problem}});
    is_failing_[i] = !problem.empty();
  }
}

} // namespace reeve::app
