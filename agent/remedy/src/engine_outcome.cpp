// SPDX-License-Identifier: Apache-2.0
// What has come of a step, and the records of it.
#include "engine_parts.hpp"
#include "step_text.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>

namespace reeve::remedy {

namespace {

bool wants_a_healthy_target(std::string_view action) {
  return action == "restart" || action == "start";
}

} // namespace

// The condition holds still: else the case were closed.
void engine::look_at_outcome(const case_ptr& c) {
  if (c->acted_on) {
    std::string why = "the condition still holds";
    if (wants_a_healthy_target(c->acted_action) &&
        machine_.health_of(*c->acted_on) == target_health::unhealthy)
      why += ", and the target is not healthy";
    audit_entry e = entry_about(*c, audit_event::checked, c->acted_action);
    e.action_id = c->acted_id;
    e.outcome = "ineffective";
    e.why = why;
    (void)record(e);
    count(c->acted_action, c->source, "ineffective");
    tell(remedy_event::kind::ineffective, *c, c->acted_action, c->acted_on->description, why);
    c->acted_on.reset();
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
    e.outcome = is_well ? "succeeded" : "ineffective";
    e.why = is_well ? "the condition is gone" : "the condition is gone, but the target is not healthy";
    (void)record(e);
    count(c->acted_action, c->source, e.outcome);
    tell(is_well ? remedy_event::kind::succeeded : remedy_event::kind::ineffective, *c, c->acted_action,
         c->acted_on->description, e.why);
  }
  erase(c);
}

void engine::give_up(alert_case& c, std::string why) {
  ++version_;
  audit_entry e = entry_about(c, audit_event::given_up, "");
  e.why = why;
  (void)record(e);
  tell(remedy_event::kind::given_up, c, "", "", std::move(why));
}

result<std::uint64_t> engine::record(audit_entry entry, durability how) {
  auto written = log_ ? log_->append(std::move(entry), how)
                      : result<std::uint64_t>(error{errc::failed, "there is no audit log", 0});
  if (!written) ++counters_.audit_failures_total;
  if (!written && !audit_failed_)
    tell_({remedy_event::kind::audit_failed, {}, {}, {}, {}, {}, {}, written.error().message});
  audit_failed_ = !written;
  return written;
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
