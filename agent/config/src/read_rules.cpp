// SPDX-License-Identifier: Apache-2.0
#include "read_rules.hpp"

#include "read_steps.hpp"
#include "reeve/base/strings.hpp"
#include "rules.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace reeve::config {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr std::uint32_t most_remembered = 64; // evaluations

void read_name(table_reader& in, const std::vector<rule_settings>& others, rule_settings& out) {
  if (!in.has("name")) {
    in.problem("name", " is missing", "write name = \"leak\"; events, metrics and `reeve reset` call it so");
    return;
  }
  if (!in.read("name", out.name)) return;
  if (!is_name(out.name)) in.problem("name", cat(" is \"", out.name, "\", allowed is ", name_rule));
  if (out.name == "all") in.problem("name", " is \"all\", which stands for every process");
  const auto same = std::ranges::find(others, out.name, &rule_settings::name);
  if (same != others.end())
    in.problem("name", cat(" is \"", out.name, "\", as that of the rule at ", same->where.file, ":",
                           same->where.line));
}

void read_expression(table_reader& in, rule_settings& out) {
  if (!in.has("expr")) in.problem("expr", " is missing", "write expr = 'reeve_managed_restarts_total > 10'");
  if (in.read("expr", out.expression) && out.expression.empty()) in.problem("expr", " is empty");
  out.expression_where = {in.where("expr")};
}

void read_times(table_reader& in, rule_settings& out, problem_list& problems) {
  const value_node* const node = in.take("times");
  if (!node) return;
  if (!node->as_table()) {
    in.problem("times", " must be a table", "write times = { n = 3, of = 5 }");
    return;
  }
  table_reader times(*node, in.full_name("times"), problems);
  for (const std::string_view key : {"n", "of"})
    if (!times.has(key)) times.problem(key, " is missing", "write times = { n = 3, of = 5 }");
  const bool has_n = times.read("n", out.times, 1, most_remembered);
  const bool has_of = times.read("of", out.of, 1, most_remembered);
  if (has_n && has_of && out.times > out.of)
    times.problem("n", cat(" is ", out.times, ", more than of = ", out.of));
  times.finish();
}

void read_labels(table_reader& in, rule_settings& out, problem_list& problems) {
  const value_node* const node = in.take("labels");
  if (!node) return;
  const value_node::table* const members = node->as_table();
  if (!members) {
    in.problem("labels", " must be a table", "write labels = { team = \"web\" }");
    return;
  }
  for (const value_node::member& m : *members) {
    const auto* const text = std::get_if<std::string>(&m.value.value);
    if (!is_label_name(m.key) || m.key.starts_with("__"))
      problems.add(m.key_where,
                   cat(in.full_name("labels"), " has \"", m.key, "\", which no label is called"));
    else if (m.key == "severity")
      problems.add(m.key_where, cat(in.full_name("labels"), " has severity, which is a key of its own"));
    else if (!text)
      problems.add(m.value.where, cat(in.full_name("labels"), ".", m.key, " must be text in quotes"));
    else
      out.labels.emplace_back(m.key, *text);
  }
}

rule_settings read_rule(const value_node& node, const std::vector<rule_settings>& others,
                        problem_list& problems) {
  static constexpr std::array<std::string_view, 3> severities{"info", "warning", "critical"};
  rule_settings out;
  out.where = {node.where};
  table_reader in(node, "rule", problems);
  read_name(in, others, out);
  read_expression(in, out);
  in.read_duration("for", out.hold, 0s, days(30));
  in.read_duration("keep_firing_for", out.keep_firing, 0s, days(30));
  read_times(in, out, problems);
  read_labels(in, out, problems);
  in.read_one_of("severity", out.severity, severities);
  in.read("summary", out.summary);
  out.summary_where = {in.where("summary")};
  read_response(in, out, problems);
  in.finish();
  return out;
}

} // namespace

std::vector<rule_settings> read_rules(table_reader& root, problem_list& problems) {
  std::vector<rule_settings> out;
  for (const value_node* const node : root.take_tables("rule"))
    out.push_back(read_rule(*node, out, problems));
  return out;
}

void read_rule_engine(table_reader in, rules_settings& out) {
  in.read_duration("interval", out.interval, 100ms, 1h);
  std::int64_t series = static_cast<std::int64_t>(out.max_series),
               samples = static_cast<std::int64_t>(out.max_samples);
  if (in.read("max_series", series, 100, 10'000'000)) out.max_series = static_cast<std::uint64_t>(series);
  if (in.read("max_samples", samples, 1000, 1'000'000'000))
    out.max_samples = static_cast<std::uint64_t>(samples);
  in.finish();
}

} // namespace reeve::config
