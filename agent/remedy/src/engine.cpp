// SPDX-License-Identifier: Apache-2.0
// Alerts, settings and what people ask for.
#include "reeve/remedy/engine.hpp"

#include "engine_parts.hpp"
#include "step_text.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"

#include <algorithm>
#include <set>

namespace reeve::remedy {

namespace {

bool same_but_place(const config::response_settings& a, const config::response_settings& b) {
  return a.steps == b.steps && a.mode == b.mode;
}

bool begin_alike(const std::vector<config::step_settings>& a, const std::vector<config::step_settings>& b,
                 std::size_t count) {
  return a.size() >= count && b.size() >= count &&
         std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(count), b.begin());
}

} // namespace

engine::engine(const clock& time, actuator& machine, std::string system,
               std::function<void(const remedy_event&)> tell)
    : time_(time), machine_(machine), system_(std::move(system)), tell_(std::move(tell)) {}

engine::~engine() = default;

void engine::use_audit_log(audit_log* log, std::string why) {
  log_ = log;
  if (!why.empty()) no_log_ = std::move(why);
  if (!log_) {
    note_audit(reach_log());
    return;
  }
  if (audit_failed_) note_audit(reach_log());
  for (const audit_entry& begun : log_->take_pending()) {
    if (running_.contains(begun.action_id)) continue; // our own, and the log was opened anew
    audit_entry e = begun;
    e.event = audit_event::closed_unknown;
    e.passed.clear();
    e.why = "the agent ended while it was under way; it is not done again";
    (void)record(e);
    std::string_view source = begun.source;
    (void)take_until(source, ' ');
    const std::string name(take_until(source, ' '));
    // What the agent knew of that alert may not have been saved before it ended.
    if (!source.empty()) note_handled(name, source, begun.unix_time);
    const std::string key = key_of(begun);
    if (!history_.contains(name, key, begun.action_id))
      history_.add({name, key, mono_of(begun.unix_time, time_), 0, begun.action_id, false,
                    begun.action == "event", place_of(begun)});
    ++version_;
    count(begun.action, name, "unknown");
    tell_({remedy_event::kind::closed_unknown,
           name,
           begun.action,
           begun.target.description,
           begun.labels,
           begun.value,
           {},
           e.why});
  }
}

void engine::apply(engine_settings settings) {
  const engine_settings former = std::exchange(settings_, std::move(settings));
  if (std::erase_if(given_up_, [&](const auto& entry) { return !find(entry.first); }) != 0) ++version_;
  std::erase_if(waiting_, [&](const auto& entry) { return !find(entry.second->source); });
  // From 0 on, so that the first one is an increase for who looks at the counter.
  for (const response& r : settings_.responses)
    for (const config::step_settings& step : r.settings.steps)
      if (step.action != "event") counters_.begun.try_emplace({step.action, r.name}, 0);
  const auto find_former = [&](std::string_view name) {
    return std::ranges::find(former.responses, name, &response::name);
  };
  for (const case_ptr& c : std::list<case_ptr>(cases_)) {
    const response* r = find(c->source);
    if (!r) {
      withdraw(c, "the rule was taken out of the configuration");
      continue;
    }
    const auto before = find_former(c->source);
    const bool is_same = before != former.responses.end() && same_but_place(before->settings, r->settings) &&
                         (!r->settings.mode.empty() || former.remedy.mode == settings_.remedy.mode);
    if (is_same) continue;
    if (c->phase == case_phase::given_up && given_up_.contains(c->source)) {
      c->step = 0; // of the new ones none was taken
      continue;
    }
    if (c->phase == case_phase::acting) {
      c->begins_anew |= before == former.responses.end() ||
                        !begin_alike(before->settings.steps, r->settings.steps, c->step + 1);
      continue;
    }
    if (c->acted_on) count(c->acted_action, c->source, "unknown");
    c->acted_on.reset();
    begin_anew(*c);
  }
}

// As if the alert had come just now: what was done about it before counts for its cooldown, too.
void engine::begin_anew(alert_case& c) {
  c.id = ++last_case_id_;
  c.phase = case_phase::ready;
  c.step = 0;
  c.has_acted = false;
  c.begins_anew = false;
  c.told_guard.reset();
  c.wake = time_.mono();
}

const response* engine::find(std::string_view source) const noexcept {
  const auto found = std::ranges::find(settings_.responses, source, &response::name);
  return found == settings_.responses.end() ? nullptr : &*found;
}

engine::case_ptr engine::find_rule_case(const rules::alert& who) const {
  const auto waiting = waiting_.find({who.rule, who.labels});
  if (waiting != waiting_.end()) return waiting->second;
  const auto found = std::ranges::find_if(cases_, [&](const case_ptr& c) {
    return c->fingerprint.empty() && c->source == who.rule && c->labels == who.labels;
  });
  return found == cases_.end() ? nullptr : *found;
}

void engine::on_change(const rules::alert_change& change) {
  const case_ptr known = find_rule_case(change.who);
  switch (change.what) {
  case rules::alert_change::kind::firing: {
    if (known) {
      known->value = cat(change.who.value);
      return;
    }
    if (!find(change.who.rule)) return;
    auto c = std::make_shared<alert_case>();
    c->source = change.who.rule;
    c->labels = change.who.labels;
    c->starts_at = std::chrono::milliseconds(change.who.active_since_ms);
    c->value = cat(change.who.value);
    open_case(std::move(c));
    return;
  }
  case rules::alert_change::kind::resolved:
  case rules::alert_change::kind::cleared:
    if (known) close_resolved(known);
    return;
  case rules::alert_change::kind::withdrawn:
    if (known) withdraw(known, "the rule was changed");
    return;
  case rules::alert_change::kind::pending:
    return;
  }
}

result<> engine::accept(const external_alert& alert) {
  // Whatever its mapping: another one may match since a reload, or none any more.
  const auto found = std::ranges::find_if(cases_, [&](const case_ptr& c) {
    return !c->fingerprint.empty() && c->fingerprint == alert.fingerprint;
  });
  const case_ptr known = found == cases_.end() ? nullptr : *found;
  if (!alert.is_firing) {
    if (!known || known->starts_at > alert.starts_at) return {};
    // It may still come as one that fires.
    note_handled(known->source, known->fingerprint, known->starts_at);
    close_resolved(known);
    return {};
  }
  if (!find(alert.mapping))
    return error{errc::not_found, cat("there is no mapping \"", alert.mapping, "\""), 0};
  if (known ? known->starts_at >= alert.starts_at : is_handled(alert)) {
    ++counters_.duplicates_total;
    return {};
  }
  if (known) close_resolved(known); // and has begun again
  admit_waiting();
  if (!make_room()) return error{errc::limit, no_room(), 0};
  auto c = std::make_shared<alert_case>();
  c->source = alert.mapping;
  c->fingerprint = alert.fingerprint;
  c->starts_at = alert.starts_at;
  c->labels = alert.labels;
  c->value = alert.value;
  open_case(std::move(c));
  return {};
}

bool engine::is_handled(const external_alert& alert) const {
  const std::string what = cat(alert.mapping, " ", alert.fingerprint);
  const auto found = std::ranges::find(handled_, what, &handled_alert::what);
  return found != handled_.end() && alert.starts_at <= found->starts_at;
}

void engine::note_handled(std::string_view mapping, std::string_view fingerprint, nanoseconds starts_at) {
  std::string what = cat(mapping, " ", fingerprint);
  const auto found = std::ranges::find(handled_, what, &handled_alert::what);
  if (found != handled_.end()) {
    if (starts_at <= found->starts_at) return;
    handled_.erase(found);
  }
  if (handled_.size() >= most_handled) handled_.pop_front();
  handled_.push_back({std::move(what), starts_at});
  ++version_;
}

bool engine::still_holds(const alert_case& c) const {
  if (!last_held_ || !c.fingerprint.empty()) return true;
  const auto evaluated = last_held_(c.source, c.labels);
  if (!evaluated) return false;
  const bool has_acted = c.phase == case_phase::settling && (c.has_acted || c.has_joined);
  return !has_acted || *evaluated >= c.wake;
}

// Nobody may ever say of an external alert that it is resolved.
std::list<engine::case_ptr>::const_iterator engine::giving_way() const {
  return std::ranges::find_if(cases_, [](const case_ptr& c) {
    return !c->fingerprint.empty() && (c->phase == case_phase::done || c->phase == case_phase::given_up);
  });
}

bool engine::make_room() {
  if (cases_.size() < most_cases) return true;
  const auto found = giving_way();
  if (found == cases_.end()) return false;
  cases_.erase(found);
  return true;
}

void engine::open_case(case_ptr c) {
  c->id = ++last_case_id_;
  c->wake = time_.mono();
  c->began = c->wake - (time_.unix_time() - c->starts_at);
  admit_waiting();
  if (make_room()) {
    cases_.push_back(std::move(c));
    return;
  }
  ++counters_.alerts_dropped_total;
  ++counters_.refused[{name_of(guard::queue), c->source}];
  audit_entry e = entry_about(*c, audit_event::refused, "");
  e.guard = name_of(guard::queue);
  e.why = no_room();
  (void)record(e);
  tell(remedy_event::kind::dropped, *c, "", "", no_room(), name_of(guard::queue));
  c->told_guard = guard::queue;
  std::pair key(c->source, c->labels);
  waiting_.emplace(std::move(key), std::move(c));
}

void engine::admit_waiting() {
  while (!waiting_.empty() && make_room()) {
    const auto first =
        std::ranges::min_element(waiting_, {}, [](const auto& entry) { return entry.second->id; });
    first->second->told_guard.reset();
    cases_.push_back(std::move(first->second));
    waiting_.erase(first);
  }
}

void engine::erase(const case_ptr& c) {
  if (waiting_.erase({c->source, c->labels}) == 0) cases_.remove(c);
}

void engine::advance() {
  const nanoseconds now = time_.mono();
  admit_waiting();
  if (audit_failed_ && audit_again_ <= now) note_audit(reach_log());
  std::vector<std::uint64_t> late;
  for (const auto& [id, action] : running_)
    if (action->deadline <= now) late.push_back(id);
  for (const std::uint64_t id : late) {
    machine_.cancel(id);
    on_done(id, error{errc::timed_out, "it took longer than its timeout", 0}, true);
  }
  for (const case_ptr& c : std::list<case_ptr>(cases_)) {
    if (c->wake > now || c->held_up > now || c->waits_for_a_slot) continue;
    if (c->phase != case_phase::settling && c->phase != case_phase::ready) continue;
    if (!still_holds(*c)) {
      c->held_up = now + look_again;
      continue;
    }
    if (c->phase == case_phase::settling) look_at_outcome(c);
    if (c->phase == case_phase::ready && c->wake <= now) take_step(c);
  }
}

std::optional<nanoseconds> engine::next_wake() const {
  std::optional<nanoseconds> out;
  const auto take = [&](nanoseconds at) {
    if (!out || at < *out) out = at;
  };
  if (audit_failed_) take(audit_again_);
  if (!waiting_.empty() && (cases_.size() < most_cases || giving_way() != cases_.end())) take(time_.mono());
  for (const auto& [id, action] : running_)
    take(action->deadline);
  for (const case_ptr& c : cases_)
    if ((c->phase == case_phase::ready || c->phase == case_phase::settling) && !c->waits_for_a_slot)
      take(std::max(c->wake, c->held_up));
  return out;
}

result<> engine::reset(std::string_view name, std::string_view by) {
  if (!find(name)) return error{errc::not_found, cat("there is no rule or mapping \"", name, "\""), 0};
  if (const auto found = given_up_.find(name); found != given_up_.end()) given_up_.erase(found);
  // What other rules have done to its targets is what may have stopped it.
  std::set<std::string, std::less<>> targets;
  for (const case_ptr& c : cases_)
    if (c->source == name) targets.insert({c->key, c->place});
  history_.forgive(name, std::move(targets));
  ++version_;
  for (const case_ptr& c : cases_) {
    if (c->source != name || c->phase != case_phase::given_up) continue;
    c->first.clear();
    begin_anew(*c);
  }
  audit_entry e;
  e.event = audit_event::reset;
  e.source = by;
  e.target.name = name;
  (void)record(e);
  tell_({remedy_event::kind::reset, std::string(name), {}, {}, {}, {}, {}, cat("by ", by)});
  return {};
}

result<std::uint64_t> engine::add_silence(silence s) {
  auto id = silences_.add(s, time_.unix_time());
  if (!id) return id;
  s.id = *id;
  ++version_;
  audit_entry e;
  e.event = audit_event::silenced;
  e.source = s.by;
  e.why = describe(s);
  (void)record(e);
  tell_({remedy_event::kind::silenced, {}, {}, {}, {}, {}, {}, describe(s)});
  return id;
}

result<> engine::remove_silence(std::uint64_t id, std::string_view by) {
  if (!silences_.remove(id)) return error{errc::not_found, cat("there is no silence ", id), 0};
  ++version_;
  audit_entry e;
  e.event = audit_event::silenced;
  e.source = by;
  e.why = cat("the silence ", id, " was taken back");
  (void)record(e);
  tell_({remedy_event::kind::silenced, {}, {}, {}, {}, {}, {}, cat(e.why, " by ", by)});
  return {};
}

std::string engine::maintenance_reason(std::string_view source) const {
  const nanoseconds now = time_.unix_time();
  for (const maintenance_window& w : settings_.windows)
    if (w.covers(source) && w.is_within(now))
      return cat("the maintenance ", w.settings.name, " goes on until ", format_time_of_day(w.settings.to),
                 " ", w.settings.time_zone == "local" ? "local time" : w.settings.time_zone);
  return {};
}

std::string engine::quiet_reason(std::string_view source, const rules::label_list& labels) const {
  std::string maintenance = maintenance_reason(source);
  if (!maintenance.empty()) return maintenance;
  const silence* const s = silences_.covering(source, labels, time_.unix_time());
  return s ? describe(*s) : std::string();
}

std::string engine::quiet_reason(std::string_view source) const {
  std::string maintenance = maintenance_reason(source);
  if (!maintenance.empty()) return maintenance;
  const silence* const s = silences_.covering_all_of(source, time_.unix_time());
  return s ? describe(*s) : std::string();
}

} // namespace reeve::remedy
