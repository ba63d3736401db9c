// SPDX-License-Identifier: Apache-2.0
// What the engine says of itself.
#include "engine_parts.hpp"
#include "step_text.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <set>

namespace reeve::remedy {

const char* name_of(case_phase phase) noexcept {
  switch (phase) {
  case case_phase::ready:
    return "ready";
  case case_phase::acting:
    return "acting";
  case case_phase::settling:
    return "settling";
  case case_phase::done:
    return "done";
  case case_phase::given_up:
    return "given_up";
  }
  return "";
}

const char* name_of(remedy_event::kind what) noexcept {
  using kind = remedy_event::kind;
  switch (what) {
  case kind::told:
    return "told";
  case kind::would_act:
    return "would_act";
  case kind::began:
    return "began";
  case kind::succeeded:
    return "succeeded";
  case kind::failed:
    return "failed";
  case kind::ineffective:
    return "ineffective";
  case kind::refused:
    return "refused";
  case kind::given_up:
    return "given_up";
  case kind::reset:
    return "reset";
  case kind::silenced:
    return "silenced";
  case kind::closed_unknown:
    return "closed_unknown";
  case kind::audit_failed:
    return "audit_failed";
  case kind::audit_restored:
    return "audit_restored";
  case kind::dropped:
    return "dropped";
  }
  return "";
}

// The step that is taken or comes next; that of the end: there is none.
std::size_t engine::next_of(const alert_case& c) const {
  return c.step + (c.phase == case_phase::settling && c.is_step_taken ? 1 : 0);
}

case_report engine::report(const alert_case& c) const {
  case_report out{c.source, c.labels, c.value, c.phase, {}, {}, {}, {}, {}, {}};
  if (c.phase == case_phase::ready || c.phase == case_phase::settling)
    out.next_look_in = std::max(c.wake - time_.mono(), nanoseconds(0));
  const response* r = find(c.source);
  if (!r) return out;
  out.may_act = may_act(*r);
  const auto shown = [&](const config::step_settings& step) {
    const std::string text = describe(step);
    const auto expanded = expand(text, c.labels);
    return expanded ? *expanded : text;
  };
  const std::size_t next = next_of(c);
  if (next < r->settings.steps.size() && c.phase != case_phase::done && c.phase != case_phase::given_up) {
    out.step = shown(r->settings.steps[next]);
    if (c.phase == case_phase::ready && c.told_guard) out.refused_by = name_of(*c.told_guard);
  }
  if (next > 0 && next <= r->settings.steps.size()) {
    out.taken = shown(r->settings.steps[next - 1]);
    out.outcome = c.outcome;
  }
  return out;
}

std::vector<case_report> engine::cases() const {
  std::vector<case_report> out;
  for (const case_ptr& c : cases_)
    out.push_back(report(*c));
  return out;
}

result<explanation> engine::explain(std::string_view name) {
  const response* r = find(name);
  if (!r) return error{errc::not_found, cat("there is no rule or mapping \"", name, "\""), 0};
  explanation out;
  out.mode = may_act(*r) ? "act" : "observe";
  out.given_up = why_given_up(name);
  out.quiet = quiet_reason(name);
  for (const config::step_settings& step : r->settings.steps)
    out.steps.push_back(describe(step));
  for (const case_ptr& c : cases_) {
    if (c->source != name) continue;
    if (++out.cases_total > most_explained) continue;
    case_report shown = report(*c);
    // Of one that only observes also of the step that it has come to.
    const std::size_t step = shown.step.empty() && !shown.may_act ? next_of(*c) - 1 : next_of(*c);
    if ((!shown.step.empty() || !shown.may_act) && step < r->settings.steps.size()) {
      // Asked of a copy: a look changes nothing.
      alert_case copy = *c;
      shown.verdicts =
          ask_guards(copy, *r, r->settings.steps[step], make_plan(copy, r->settings.steps[step]));
    }
    out.cases.push_back(std::move(shown));
  }
  for (const auto& [key, c] : waiting_) {
    if (key.first != name || ++out.cases_total > most_explained) continue;
    out.cases.push_back(report(*c));
    out.cases.back().verdicts = {{guard::queue, false, no_room()}};
  }
  return out;
}

std::vector<std::string> engine::given_up() const {
  std::set<std::string> out;
  for (const auto& [source, why] : given_up_)
    out.insert(source);
  for (const case_ptr& c : cases_)
    if (c->phase == case_phase::given_up) out.insert(c->source);
  return {out.begin(), out.end()};
}

std::string engine::why_given_up(std::string_view source) const {
  if (const auto found = given_up_.find(source); found != given_up_.end()) return found->second;
  std::size_t all = 0, stuck = 0;
  for (const case_ptr& c : cases_) {
    if (c->source != source) continue;
    ++all;
    if (c->phase == case_phase::given_up) ++stuck;
  }
  if (stuck == 0) return {};
  return cat("its last step was no help",
             stuck == all ? "" : cat(" for ", stuck, " of its ", all, " alerts"));
}

} // namespace reeve::remedy
