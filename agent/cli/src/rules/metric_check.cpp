// SPDX-License-Identifier: Apache-2.0
#include "metric_check.hpp"

#include "rules/agent_query.hpp"
#include "rules/sample_file.hpp"

#include "reeve/app/check_rules.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/rules/expression.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

namespace reeve::cli {

namespace {

// With the place of the first selector of each.
std::map<std::string, std::size_t> metrics_of(const config::rule_settings& r) {
  std::map<std::string, std::size_t> out;
  if (const auto parsed = rules::parse_expression(r.expression))
    for (const rules::expression* const e : rules::selections_in(**parsed))
      if (const std::string& metric = std::get<rules::selector>(e->is).metric; !metric.empty())
        out.emplace(metric, e->offset);
  return out;
}

struct compared {
  std::set<std::string> unknown, known; // the latter only where something is unknown, as far as it can be had
};

result<compared> compare_with_file(const std::string& samples, std::set<std::string> metrics) {
  const auto read = read_sample_file(samples);
  if (!read) return read.error();
  compared out{std::move(metrics), {}};
  for (const rules::timed_sample& one : *read) {
    out.unknown.erase(std::string(one.labels->metric()));
    out.known.emplace(one.labels->metric());
  }
  return out;
}

result<compared> compare_with_agent(const std::string& instance, const std::set<std::string>& metrics) {
  auto unknown = unknown_to_agent(instance, metrics);
  if (!unknown) return unknown.error();
  compared out{*std::move(unknown), {}};
  if (out.unknown.empty()) return out;
  const auto all =
      evaluate_in_agent(instance, R"(group by (__name__) ({__name__!=""}))", rules::value_type::vector);
  if (all)
    for (const rules::label_set_ptr& labels : all->labels)
      out.known.emplace(labels->metric());
  return out;
}

} // namespace

result<metric_check> check_metrics(const config::loaded& fine, const metric_source& from) {
  metric_check out;
  const std::vector<config::rule_settings>& rules = fine.value->rules;
  std::set<std::string> all;
  for (const config::rule_settings& r : rules)
    for (const auto& [metric, offset] : metrics_of(r))
      all.insert(metric);
  if (from.samples.empty() && !from.asks_agent) {
    out.why_not = "--offline was given";
    return out;
  }
  const auto found =
      from.samples.empty() ? compare_with_agent(from.instance, all) : compare_with_file(from.samples, all);
  if (!found && !from.samples.empty()) return found.error();
  if (!found) {
    out.why_not = found.error().message;
    return out;
  }
  out.compared_with = from.samples.empty() ? "agent" : "samples";
  const std::vector<std::string_view> known(found->known.begin(), found->known.end());
  for (const config::rule_settings& r : rules)
    for (const auto& [metric, offset] : metrics_of(r)) {
      if (!found->unknown.contains(metric)) continue;
      const std::string_view near = did_you_mean(metric, known);
      out.warnings.push_back({app::place_in_expression(r, offset, fine.texts),
                              cat("rule ", r.name, ": nobody has the metric ", metric),
                              {},
                              near.empty() ? std::string() : cat("did you mean ", near, "?")});
    }
  return out;
}

} // namespace reeve::cli
