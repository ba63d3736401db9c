// SPDX-License-Identifier: Apache-2.0
#include "self_metrics.hpp"

#include "remedies.hpp"
#include "rule_runner.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <string>
#include <vector>

namespace reeve::app {

namespace {

void add_durations(store::batch& batch, const std::string& action, const remedy::duration_histogram& d) {
  store::family_spec spec;
  spec.kind = store::metric_kind::histogram;
  spec.name = "reeve_action_duration_seconds";
  spec.help = "How long actions took.";
  spec.unit = "seconds";
  spec.label_keys = {"action"};
  spec.bounds.assign(d.bounds_seconds.begin(), d.bounds_seconds.end());
  const auto family = batch.family(spec);
  if (!family) return;
  std::vector<std::uint64_t> buckets(d.counts.begin(), d.counts.end());
  buckets.push_back(d.count - std::accumulate(d.counts.begin(), d.counts.end(), std::uint64_t{0}));
  const std::array<store::label_value, 1> labels{{{action, 0}}};
  (void)batch.add_histogram(*family, labels, d.sum_seconds, d.count, buckets);
}

} // namespace

void self_metrics::collect_rules() {
  const rules::rule_set* const rules = from_.rules ? from_.rules->rules() : nullptr;
  if (!rules) return;
  std::map<std::string, int> firing;
  for (const rules::alert& a : rules->alerts())
    firing[a.rule] += a.is == rules::alert::state::firing ? 1 : 0;
  for (std::size_t i = 0; i < rules->size(); ++i) {
    const std::string& name = rules->at(i).name;
    const rules::rule_report& r = rules->report(i);
    gauge("reeve_rule_firing", "Alerts of a rule that fire now.", {"rule"}, {name}, firing[name]);
    gauge("reeve_rule_evaluation_duration_seconds", "How long the last evaluation of a rule took.", {"rule"},
          {name}, r.seconds);
    counter("reeve_rule_failures_total", "Evaluations of a rule that gave an error.", {"rule"}, {name},
            static_cast<double>(r.failures_total));
  }
  const rules::memory_use use = from_.rules->memory();
  gauge("reeve_rules_series", "Series whose samples are kept for rules.", {}, {},
        static_cast<double>(use.series));
  gauge("reeve_rules_memory_bytes", "Memory of the samples and labels that are kept for rules.", {}, {},
        static_cast<double>(use.bytes));
  counter("reeve_rules_late_total",
          "Evaluations of all rules that were left out, since the one before took too long.", {}, {},
          static_cast<double>(from_.rules->late_total()));
}

void self_metrics::collect_remedies() {
  if (!from_.actions || !from_.actions->is_wanted()) return;
  const remedy::engine_counters& c = from_.actions->engine().counters();
  for (const auto& [key, count] : c.begun)
    counter("reeve_actions_begun_total", "Actions that were begun because of rules and alerts.",
            {"action", "rule"}, {key.first, key.second}, static_cast<double>(count));
  for (const auto& [key, count] : c.actions) {
    const auto& [action, rule, result] = key;
    counter("reeve_actions_total", "Actions that rules and alerts led to, by what came of them.",
            {"action", "rule", "result"}, {action, rule, result}, static_cast<double>(count));
  }
  for (const auto& [key, count] : c.refused)
    counter("reeve_actions_refused_total", "Steps that a guard has refused.", {"guard", "rule"},
            {key.first, key.second}, static_cast<double>(count));
  for (const auto& [action, d] : c.durations)
    add_durations(batch_, action, d);
  gauge("reeve_actions_in_flight", "Actions that are under way.", {}, {},
        static_cast<double>(from_.actions->engine().in_flight()));
  gauge("reeve_rules_given_up",
        "Rules and mappings that were given up, for some of their alerts at least, until they are reset.", {},
        {}, static_cast<double>(from_.actions->engine().given_up().size()));
  const auto& silences = from_.actions->engine().silences();
  const nanoseconds now = from_.time.unix_time();
  gauge("reeve_silences", "Silences that are in force.", {}, {},
        static_cast<double>(
            std::ranges::count_if(silences, [&](const remedy::silence& s) { return s.until > now; })));
  counter("reeve_alerts_dropped_total",
          "Alerts that were left aside until there is room, since there were too many.", {}, {},
          static_cast<double>(c.alerts_dropped_total));
  counter("reeve_audit_failures_total", "Entries that the audit log could not take.", {}, {},
          static_cast<double>(c.audit_failures_total));
  gauge("reeve_audit_writable", "Whether the audit log could be written at the last try.", {}, {},
        from_.actions->engine().is_audit_failing() ? 0 : 1);
}

} // namespace reeve::app
