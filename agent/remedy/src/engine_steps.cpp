// SPDX-License-Identifier: Apache-2.0
// The steps of a case.
#include "engine_parts.hpp"
#include "step_text.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"

#include <algorithm>

namespace reeve::remedy {

namespace {

constexpr auto budget_hour = std::chrono::hours(1); // of remedy.max_actions_per_hour

std::optional<process_id> process_of(const rules::label_list& labels) {
  process_id out;
  bool has_pid = false, has_start = false;
  for (const auto& [name, value] : labels) {
    if (name == "pid") has_pid = read_number(value, out.pid);
    if (name == "start") has_start = read_number(value, out.start);
  }
  return has_pid && has_start ? std::optional(out) : std::nullopt;
}

// What cooldowns of an event are counted by: of one alert, not of the rule.
std::string event_key(const rules::label_list& labels) {
  std::string out = "event";
  for (const auto& [name, value] : labels)
    out += cat(" ", name, "=", value);
  return out;
}

std::string run_key(std::string_view command) {
  return cat("run ", command);
}

std::vector<std::string> passed_before(const std::vector<verdict>& verdicts) {
  std::vector<std::string> out;
  for (const verdict& v : verdicts) {
    if (!v.passes) break;
    out.emplace_back(name_of(v.which));
  }
  return out;
}

target target_of(const audit_target& t) {
  target out;
  out.name = t.name;
  out.id = {t.pid, t.start};
  for (const auto kind : {target_kind::process, target_kind::service, target_kind::series, target_kind::port,
                          target_kind::file})
    if (t.kind == name_of(kind)) out.kind = kind;
  return out;
}

} // namespace

std::string key_of(const audit_entry& begun) {
  if (begun.action == "event") return event_key(begun.labels);
  if (begun.action == "run") return run_key(begun.target.description);
  return key_of(target_of(begun.target));
}

std::string place_of(const audit_entry& begun) {
  return place_of(target_of(begun.target));
}

bool engine::may_act(const response& r) const noexcept {
  return (r.settings.mode.empty() ? settings_.remedy.mode : r.settings.mode) == "act";
}

engine::plan engine::make_plan(alert_case& c, const config::step_settings& step) {
  plan out;
  out.at = time_.mono();
  out.text = describe(step);
  std::string command;
  for (const std::string& word : step.command) {
    const auto text = expand(word, c.labels);
    if (!text) {
      out.problem = text.error().message;
      return out;
    }
    out.command.push_back(*text);
    command += cat(command.empty() ? "" : " ", *text);
  }
  if (step.target.empty()) {
    out.who.emplace().description = command;
    out.key = step.action == "event" ? event_key(c.labels) : run_key(command);
    return out;
  }
  const auto text = expand(step.target, c.labels);
  if (!text) {
    out.problem = text.error().message;
    return out;
  }
  out.text = cat(step.action, " ", *text);
  auto who = machine_.resolve(*text, c.labels);
  if (!who) {
    out.problem = who.error().message;
    return out;
  }
  out.who = *std::move(who);
  out.key = key_of(*out.who);
  out.place = place_of(*out.who);
  if (!is_bare_process(out.who->kind)) return out;
  const auto named = out.who->kind == target_kind::series ? process_of(c.labels) : std::nullopt;
  out.first = c.first.try_emplace(*text, named.value_or(out.who->id)).first->second;
  return out;
}

std::vector<verdict> engine::ask_guards(const alert_case& c, const response& r,
                                        const config::step_settings& step, const plan& p) {
  const nanoseconds now = time_.mono();
  const std::string quiet = quiet_reason(c.source, c.labels), user = machine_.user();
  const std::vector<process_id> ancestors = machine_.ancestors();
  const protection protect{settings_.remedy.protect, settings_.remedy.allow_users};
  guard_facts f;
  f.action = step.action;
  f.may_act = may_act(r);
  f.who = p.problem.empty() && p.who ? &*p.who : nullptr;
  f.target_problem = p.problem;
  f.system = system_;
  f.agent = machine_.self();
  f.ancestors = ancestors;
  f.agent_user = user;
  f.protect = &protect;
  f.alert_age = p.at - c.began;
  f.is_shutting_down = machine_.is_shutting_down();
  f.quiet = quiet;
  if (const auto found = given_up_.find(c.source); found != given_up_.end()) f.given_up = found->second;
  f.cooldown = r.settings.cooldown;
  f.budget = r.settings.budget;
  f.budget_window = r.settings.budget_window;
  f.agent_budget = settings_.remedy.max_actions_per_hour;
  f.agent_spent = history_.count_all(budget_hour, now);
  const nanoseconds room_in = history_.has_room_at(f.agent_budget, budget_hour, now) - now;
  f.agent_has_room_at = std::chrono::ceil<std::chrono::seconds>(time_.unix_time() + room_in);
  if (f.who) {
    const std::string& key = p.key;
    f.tripped = p.first;
    // Of a port also what was done to those that had it before.
    for (const std::string& of : {key, p.place}) {
      if (of.empty()) continue;
      const auto since = history_.since_last(c.source, of, c.id, now);
      if (since && (!f.since_last || *since < *f.since_last)) f.since_last = since;
      f.spent = std::max(f.spent, history_.count(of, r.settings.budget_window, now));
    }
    for (const auto& [id, action] : running_)
      if (action->key == key) f.in_flight = action->request.action;
  }
  return judge(f);
}

void engine::take_step(const case_ptr& c) {
  const response* r = find(c->source);
  if (c->step >= r->settings.steps.size()) {
    next_step(c);
    return;
  }
  const config::step_settings& step = r->settings.steps[c->step];
  const plan p = make_plan(*c, step);
  if (!p.key.empty()) {
    c->key = p.key;
    c->place = p.place;
  }
  const std::vector<verdict> verdicts = ask_guards(*c, *r, step, p);
  const auto refusing = std::ranges::find(verdicts, false, &verdict::passes);
  if (refusing == verdicts.end()) {
    if (running_.size() >= most_in_flight && step.action != "event")
      c->waits_for_a_slot = true;
    else
      begin(c, step, p, passed_before(verdicts));
    return;
  }
  if (refusing->which == guard::mode)
    observe(c, step, p, verdicts);
  else
    refuse(c, step, p, refusing->which, refusing->why, passed_before(verdicts));
}

// Once for each case and step: what would have been done, or what other guard would have refused it.
void engine::observe(const case_ptr& c, const config::step_settings& step, const plan& p,
                     const std::vector<verdict>& verdicts) {
  audit_entry e = entry_about(*c, audit_event::observed, step.action);
  e.target = audited(p.who);
  e.outcome = cat("would ", p.text);
  for (const verdict& v : verdicts) {
    if (v.which == guard::mode) continue;
    if (v.passes) {
      e.passed.emplace_back(name_of(v.which));
    } else if (e.guard.empty()) {
      e.guard = name_of(v.which);
      e.why = v.why;
      e.outcome = cat("would be refused to ", p.text);
      c->outcome = cat("would have been refused by ", e.guard);
    }
  }
  if (e.guard.empty()) c->outcome = "would have been done";
  (void)record(e);
  ++counters_.refused[{name_of(guard::mode), c->source}];
  tell(remedy_event::kind::would_act, *c, step.action, p.who ? p.who->description : p.text, e.why, e.guard);
  c->phase = case_phase::settling;
  c->wake = time_.mono() + step.settle;
}

void engine::refuse(const case_ptr& c, const config::step_settings& step, const plan& p, guard which,
                    std::string why, std::vector<std::string> passed) {
  const nanoseconds now = time_.mono();
  c->wake = now + ask_again;
  if (c->told_guard != which) {
    c->told_guard = which;
    audit_entry e = entry_about(*c, audit_event::refused, step.action);
    e.target = audited(p.who);
    e.passed = std::move(passed);
    e.guard = name_of(which);
    e.why = why;
    (void)record(e);
    ++counters_.refused[{name_of(which), c->source}];
    tell(remedy_event::kind::refused, *c, step.action, p.who ? p.who->description : p.text, why,
         name_of(which));
  }
  if (which == guard::budget) {
    const bool is_new = given_up_.emplace(c->source, why).second;
    c->phase = case_phase::given_up;
    if (is_new) give_up(*c, std::move(why));
  }
  if (which == guard::in_flight) {
    const auto found = std::ranges::find_if(running_, [&](const auto& r) { return r.second->key == p.key; });
    found->second->cases.push_back(c);
    c->phase = case_phase::acting;
    c->acting = found->first;
    c->has_joined = true;
    c->is_step_taken = found->second->request.action == step.action;
    c->settle = step.settle;
  }
}

void engine::begin(const case_ptr& c, const config::step_settings& step, plan p,
                   std::vector<std::string> passed) {
  const nanoseconds now = time_.mono();
  audit_entry e = entry_about(*c, audit_event::action_begins, step.action);
  e.target = audited(p.who);
  e.passed = passed;
  const bool is_event = step.action == "event";
  const auto recorded = record(e, is_event ? durability::soon : durability::on_disk);
  if (!recorded && !is_event && settings_.remedy.on_audit_failure != "act") {
    refuse(c, step, p, guard::audit, recorded.error().message, std::move(passed));
    return;
  }
  // Those of the log count up from 1, so these never meet them.
  const std::uint64_t id = recorded ? *recorded : (std::uint64_t{1} << 63) + ++last_own_id_;
  c->told_guard.reset();
  // One that has a step left begins anew with the next agent, behind its cooldown, as the alerts of rules do.
  if (!c->fingerprint.empty() && c->step + 1 == find(c->source)->settings.steps.size())
    note_handled(c->source, c->fingerprint, c->starts_at);
  e.action_id = id;
  e.passed.clear();
  history_.add({c->source, p.key, now, c->id, recorded ? id : 0, false, is_event, p.place});
  ++version_;
  if (is_event) {
    tell(remedy_event::kind::told, *c, step.action, "", "");
    e.event = audit_event::action_ended;
    e.outcome = "succeeded";
    if (recorded) (void)record(e);
    count(step.action, c->source, "succeeded");
    c->outcome = "was done";
    c->phase = case_phase::settling;
    c->wake = now + step.settle;
    return;
  }
  auto action = std::make_shared<running_action>();
  action->request = {id, step.action, *p.who, std::move(p.command), step.signal, step.timeout};
  action->source = c->source;
  action->key = p.key;
  action->about = e;
  action->begun = now;
  action->deadline = now + step.timeout;
  action->cases.push_back(c);
  c->phase = case_phase::acting;
  c->acting = id;
  c->has_joined = false;
  c->is_step_taken = true;
  c->settle = step.settle;
  c->has_acted = c->has_acted || may_help(step.action);
  running_.emplace(id, action);
  ++counters_.begun[{step.action, c->source}];
  tell(remedy_event::kind::began, *c, step.action, p.who->description.empty() ? p.text : p.who->description,
       "");
  machine_.begin(action->request, [this, id](result<> end) { on_done(id, end, false); });
}

void engine::on_done(std::uint64_t id, const result<>& end, bool timed_out) {
  const auto found = running_.find(id);
  if (found == running_.end()) return; // its time was up before
  const std::shared_ptr<running_action> action = found->second;
  running_.erase(found);
  const nanoseconds now = time_.mono();
  const std::string outcome = end                                                ? "succeeded"
                              : timed_out || end.error().code == errc::timed_out ? "timed_out"
                                                                                 : "failed";
  audit_entry e = action->about;
  e.event = audit_event::action_ended;
  e.outcome = outcome;
  e.duration = now - action->begun;
  if (!end) e.why = end.error().message;
  (void)record(e, durability::on_disk);

  duration_histogram& h = counters_.durations[action->request.action];
  const double seconds = std::chrono::duration<double>(e.duration).count();
  const auto bound = std::ranges::find_if(h.bounds_seconds, [&](double b) { return seconds <= b; });
  if (bound != h.bounds_seconds.end()) ++h.counts[static_cast<std::size_t>(bound - h.bounds_seconds.begin())];
  ++h.count;
  h.sum_seconds += seconds;

  bool is_owner_there = false;
  for (const std::weak_ptr<alert_case>& weak : action->cases) {
    const case_ptr c = weak.lock();
    if (!c || c->acting != id) continue;
    c->acting = 0;
    c->outcome = end ? "was done" : outcome == "failed" ? "has failed" : "took too long";
    c->phase = case_phase::settling;
    c->wake = now + c->settle;
    if (c->has_joined) continue;
    is_owner_there = true;
    if (!end) {
      tell(remedy_event::kind::failed, *c, action->request.action, action->request.who.description,
           end.error().message);
    } else if (!may_help(action->request.action)) {
      count(action->request.action, action->source, outcome);
    } else {
      c->acted_on = action->request.who;
      c->acted_id = id;
      c->acted_action = action->request.action;
    }
  }
  // What came of it is seen when it has settled, by the case that is still there then.
  if (!end || !is_owner_there) count(action->request.action, action->source, outcome);
  for (const case_ptr& c : cases_)
    if (std::exchange(c->waits_for_a_slot, false)) c->wake = now;
}

} // namespace reeve::remedy
