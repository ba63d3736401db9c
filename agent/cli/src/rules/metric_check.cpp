// SPDX-License-Identifier: Apache-2.0
#include "metric_check.hpp"

#include "rules/agent_query.hpp"
#include "rules/sample_file.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/rules/expression.hpp"

#include <set>
#include <utility>

namespace reeve::cli {

namespace {

std::set<std::string> metrics_of(const config::rule_settings& r) {
  std::set<std::string> out;
  if (const auto parsed = rules::parse_expression(r.expression))
    for (const rules::selector* const s : rules::selectors_of(**parsed))
      if (!s->metric.empty()) out.insert(s->metric);
  return out;
}

result<std::set<std::string>> unknown_in_file(const std::string& samples, std::set<std::string> metrics) {
  const auto read = read_sample_file(samples);
  if (!read) return read.error();
  for (const rules::timed_sample& one : *read)
    metrics.erase(std::string(one.labels->metric()));
  return metrics;
}

} // namespace

result<metric_check> check_metrics(const config::settings& s, const metric_source& from) {
  metric_check out;
  std::set<std::string> all;
  for (const config::rule_settings& r : s.rules)
    all.merge(metrics_of(r));
  if (from.samples.empty() && !from.asks_agent) {
    out.why_not = "--offline was given";
    return out;
  }
  const auto unknown =
      from.samples.empty() ? unknown_to_agent(from.instance, all) : unknown_in_file(from.samples, all);
  if (!unknown && !from.samples.empty()) return unknown.error();
  if (!unknown) {
    out.why_not = unknown.error().message;
    return out;
  }
  out.compared_with = from.samples.empty() ? "agent" : "samples";
  for (const config::rule_settings& r : s.rules)
    for (const std::string& metric : metrics_of(r))
      if (unknown->contains(metric))
        out.warnings.push_back(cat(r.where.file, ":", r.where.line, ": warning: rule ", r.name,
                                   ": nobody has the metric ", metric));
  return out;
}

} // namespace reeve::cli
