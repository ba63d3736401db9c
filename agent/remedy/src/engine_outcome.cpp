// SPDX-License-Identifier: Apache-2.0
// What has come of a step, and the records of it.
#include "engine_parts.hpp"
#include "step_text.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <utility>

namespace reeve::remedy {

namespace {

bool wants_a_healthy_target(std::string_view action) {
  return action == "restart" || action == "start";
}

} // namespace

audit_target audited(const std::optional<target>& t) {
  if (!t) return {};
  return {name_of(t->kind), t->name, t->id.pid, t->id.start, t->description};
}

// The condition holds still, or nobody has said yet that that of an external alert does not: else the case were closed.
void engine::look_at_outcome(const case_ptr& c) {
  if (c->acted_on) {
    std::string why = c->fingerprint.empty() ? "the condition still holds" : "no \"resolved\" has come";
    if (wants_a_healthy_target(c->acted_action) &&
        machine_.health_of(*c->acted_on) == target_health::unhealthy)
      why += ", and the target is not healthy";
    audit_entry e = entry_about(*c, audit_event::checked, c->acted_action);
    e.action_id = c->acted_id;
    e.target = audited(c->acted_on);
    e.outcome = "ineffective";
    e.why = why;
    (void)record(e);
    count(c->acted_action, c->source, "ineffective");
    tell(remedy_event::kind::ineffective, *c, c->acted_action, c->acted_on->description, why);
    c->looked_at = audited(std::exchange(c->acted_on, std::nullopt));
  }
  if (c->begins_anew) {
    c->has_joined = false;
    begin_anew(*c);
    return;
  }
  if (c->has_joined && !c->is_step_taken) {
    c->has_joined = false;
    c->phase = case_phase::ready;
    c->told_guard.reset();
    c->wake = time_.mono();
    return;
  }
  if (c->has_joined) c->has_acted = true;
  c->has_joined = false;
  ++c->step;
  next_step(c);
}

void engine::next_step(const case_ptr& c) {
  const response* r = find(c->source);
  c->told_guard.reset();
  c->wake = time_.mono();
  if (c->step < r->settings.steps.size()) {
    c->phase = case_phase::ready;
  } else if (c->has_acted) {
    c->phase = case_phase::given_up;
    give_up(*c, "its last step was no help");
  } else {
    c->phase = case_phase::done;
  }
}

void engine::close_resolved(const case_ptr& c) {
  if (c->acted_on) {
    const bool is_well = !wants_a_healthy_target(c->acted_action) ||
                         machine_.health_of(*c->acted_on) != target_health::unhealthy;
    audit_entry e = entry_about(*c, audit_event::checked, c->acted_action);
    e.action_id = c->acted_id;
    e.target = audited(c->acted_on);
    e.outcome = is_well ? "succeeded" : "ineffective";
    e.why = is_well ? "the condition is gone" : "the condition is gone, but the target is not healthy";
    (void)record(e);
    count(c->acted_action, c->source, e.outcome);
    tell(is_well ? remedy_event::kind::succeeded : remedy_event::kind::ineffective, *c, c->acted_action,
         c->acted_on->description, e.why);
  }
  erase(c);
}

// The rule is gone, or its condition is another one: nobody sees what has come of the last action.
void engine::withdraw(const case_ptr& c, std::string_view why) {
  if (c->acted_on) {
    audit_entry e = entry_about(*c, audit_event::checked, c->acted_action);
    e.action_id = c->acted_id;
    e.target = audited(c->acted_on);
    e.outcome = "unknown";
    e.why = why;
    (void)record(e);
    count(c->acted_action, c->source, e.outcome);
  }
  erase(c);
}

void engine::give_up(alert_case& c, std::string why) {
  ++version_;
  audit_entry e = entry_about(c, audit_event::given_up, "");
  e.target = c.looked_at;
  e.why = why;
  (void)record(e);
  tell(remedy_event::kind::given_up, c, "", "", std::move(why));
}

result<std::uint64_t> engine::record(audit_entry entry, durability how) {
  const result<> reached = reach_log();
  auto written = reached ? log_->append(std::move(entry), how) : result<std::uint64_t>(reached.error());
  if (!written) {
    ++counters_.audit_failures_total;
    ++unwritten_;
  }
  note_audit(written ? result<>() : written.error());
  return written;
}

// The first entry that can be written says that others could not.
result<> engine::reach_log() {
  if (!log_) return error{errc::failed, no_log_, 0};
  if (unwritten_ == 0) return {};
  audit_entry e;
  e.event = audit_event::entries_lost;
  e.why = cat("writing has failed ", unwritten_, unwritten_ == 1 ? " time" : " times", " before this");
  if (const auto told = log_->append(std::move(e)); !told) return told.error();
  unwritten_ = 0;
  return {};
}

void engine::note_audit(const result<>& reached) {
  const bool fails = !reached;
  audit_again_ = time_.mono() + ask_again;
  if (std::exchange(audit_failed_, fails) == fails) return;
  const auto what = fails ? remedy_event::kind::audit_failed : remedy_event::kind::audit_restored;
  tell_({what, {}, {}, {}, {}, {}, {}, fails ? reached.error().message : std::string()});
}

audit_entry engine::entry_about(const alert_case& c, audit_event event, std::string_view action) const {
  audit_entry e;
  e.event = event;
  e.source = c.fingerprint.empty() ? cat("rule ", c.source) : cat("alert ", c.source, " ", c.fingerprint);
  e.action = action;
  e.labels = c.labels;
  e.value = c.value;
  return e;
}

void engine::tell(remedy_event::kind what, const alert_case& c, std::string_view action, std::string target,
                  std::string why, std::string guard) {
  tell_({what, c.source, std::string(action), std::move(target), c.labels, c.value, std::move(guard),
         std::move(why)});
}

void engine::count(std::string_view action, std::string_view source, std::string_view result) {
  ++counters_.actions[{std::string(action), std::string(source), std::string(result)}];
}

} // namespace reeve::remedy
