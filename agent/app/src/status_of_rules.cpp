// SPDX-License-Identifier: Apache-2.0
#include "status_of_rules.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

namespace reeve::app {

namespace {

using remedy::case_phase;
using remedy::case_report;

std::string after(nanoseconds n) {
  const auto whole = std::chrono::ceil<std::chrono::seconds>(n);
  return whole.count() <= 0 ? std::string() : cat(" in ", format_duration(whole));
}

std::string next_of(const case_report& c) {
  const std::string step = c.step.empty() ? std::string() : cat(c.may_act ? "" : "would ", c.step);
  switch (c.phase) {
  case case_phase::ready:
    if (!c.refused_by.empty())
      return cat(step, " is refused by ", c.refused_by, ", asked again", after(c.next_look_in));
    return cat(step, after(c.next_look_in));
  case case_phase::acting:
    return cat(step, " is under way");
  case case_phase::settling:
    if (!step.empty()) return cat(step, after(c.next_look_in));
    return c.may_act ? cat("a look at the outcome", after(c.next_look_in)) : std::string("nothing more");
  case case_phase::done:
    return "nothing more";
  case case_phase::given_up:
    break;
  }
  return "given up";
}

} // namespace

std::string next_text(const case_report& c) {
  const std::string next = next_of(c);
  return c.taken.empty() ? next : cat(c.taken, " ", c.outcome, "; ", next);
}

rule_status status_of_rules(const rule_runner& rules, const remedies& actions, const clock& time) {
  rule_status out;
  std::map<std::pair<std::string, rules::label_list>, case_report> cases;
  for (case_report& c : actions.engine().cases())
    cases.emplace(std::pair(c.source, c.labels), std::move(c));
  const auto now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(time.unix_time()).count();
  const auto show = [&](firing_alert a) {
    ++out.firing_total;
    if (out.firing.size() < rule_status::most_shown) out.firing.push_back(std::move(a));
  };
  if (const rules::rule_set* const set = rules.rules()) {
    out.rules = set->size();
    for (rules::alert& a : set->alerts()) {
      if (a.is != rules::alert::state::firing) continue;
      const auto about = cases.extract(std::pair(a.rule, a.labels));
      show({std::move(a.rule), std::move(a.labels), cat(a.value),
            std::chrono::milliseconds(std::max<std::int64_t>(0, now_ms - a.firing_since_ms)),
            about ? next_text(about.mapped()) : "nothing yet: there are too many alerts"});
    }
  }
  for (auto& [who, c] : cases) // what is left was sent
    show({c.source, c.labels, c.value, std::nullopt, next_text(c)});
  for (std::string& name : actions.engine().given_up()) {
    std::string why = actions.engine().why_given_up(name);
    out.given_up.emplace_back(std::move(name), std::move(why));
  }
  return out;
}

} // namespace reeve::app
