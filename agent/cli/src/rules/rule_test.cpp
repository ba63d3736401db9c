// SPDX-License-Identifier: Apache-2.0
#include "rule_test.hpp"

#include "series_values.hpp"

#include "reeve/app/check_rules.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/config/table_reader.hpp"
#include "reeve/remedy/engine.hpp"
#include "reeve/rules/number_text.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace reeve::cli {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr std::int64_t most_evaluations = 1'000'000;

std::int64_t milliseconds_of(nanoseconds time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

// `earlier` has those that stand before it.
rule_test::made_series read_series(const value_node& node, const std::vector<rule_test::made_series>& earlier,
                                   config::problem_list& problems) {
  rule_test::made_series out;
  config::table_reader in(node, "series", problems);
  std::string labels, values;
  for (const std::string_view key : {"series", "values"})
    if (!in.has(key)) in.problem(key, " is missing", "write series = 'up{job=\"a\"}' and values = \"1+0x5\"");
  if (in.read("series", labels)) {
    auto read = read_series_labels(labels);
    if (read)
      out.labels = *std::move(read);
    else
      in.problem("series", cat(": ", read.error().message));
    const auto is_same = [&](const rule_test::made_series& s) {
      return s.labels && out.labels && s.labels->text() == out.labels->text();
    };
    if (std::ranges::any_of(earlier, is_same))
      in.problem("series", cat(": ", out.labels->text(), " stands there twice"),
                 "values one after the other belong into one [[series]]");
  }
  if (in.read("values", values)) {
    auto read = read_series_values(values);
    if (read)
      out.values = *std::move(read);
    else
      in.problem("values", cat(": ", read.error().message));
  }
  in.finish();
  return out;
}

rule_test::firing_alert read_firing(const value_node& node, config::problem_list& problems) {
  rule_test::firing_alert out;
  config::table_reader in(node, "expect.firing", problems);
  if (const value_node* const labels = in.take("labels")) {
    const value_node::table* const members = labels->as_table();
    if (!members) in.problem("labels", " must be a table", "write labels = { job = \"a\" }");
    for (std::size_t i = 0; members && i < members->size(); ++i) {
      const value_node::member& m = (*members)[i];
      if (const auto* const text = std::get_if<std::string>(&m.value.value))
        out.labels.emplace_back(m.key, *text);
      else
        problems.add(m.value.where, cat("expect.firing.labels.", m.key, " must be text in quotes"));
    }
  }
  std::ranges::sort(out.labels);
  double value = 1;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const value_node* const given = in.take("value");
  const double* const number = given ? std::get_if<double>(&given->value) : nullptr;
  if (number && std::isnan(*number)) // x != 1 fires with it
    out.value = *number;
  else if (in.read("value", value, -infinity, infinity))
    out.value = value;
  in.finish();
  return out;
}

rule_test::expectation read_expectation(const value_node& node, config::problem_list& problems) {
  rule_test::expectation out;
  out.where = node.where;
  config::table_reader in(node, "expect", problems);
  nanoseconds at = 1min;
  if (!in.has("at")) in.problem("at", " is missing", "write at = \"1m\": so long after the first sample");
  if (in.read_duration("at", at, 0s, days(365))) out.at_ms = milliseconds_of(at);
  if (!in.has("rule")) in.problem("rule", " is missing", "name a rule of the configuration");
  in.read("rule", out.rule);
  out.rule_where = in.where("rule");
  for (const value_node* const one : in.take_tables("firing"))
    out.firing.push_back(read_firing(*one, problems));
  std::vector<std::string> actions{"event"};
  if (in.read_strings("actions", actions)) out.actions = std::move(actions);
  in.finish();
  return out;
}

std::string shown(const rules::label_list& labels) {
  std::string out = "{";
  for (const auto& [name, value] : labels)
    out += cat(out.size() > 1 ? ", " : "", name, "=", rules::quoted(value));
  return out + "}";
}

bool is_close(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b || std::fabs(a - b) <= 1e-9 * std::max(std::fabs(a), std::fabs(b));
}

struct steps_of_alert {
  std::size_t taken = 0;
  std::int64_t next_ms = 0; // the next one not before
  bool has_acted = false;   // some step was one that may help
};

class test_run {
 public:
  test_run(const rule_test& test, const std::vector<config::rule_settings>& rules)
      : test_(test), settings_(rules), rules_(app::make_rules(rules), memory_) {}

  std::vector<diagnostic> run() {
    std::int64_t step = 0;
    bool is_begun = false;
    for (const rule_test::expectation& e : test_.expected) {
      const auto found = std::ranges::find(settings_, e.rule, &config::rule_settings::name);
      if (found == settings_.end()) continue; // see check_rule_names()
      // Up to the last evaluation that is not later.
      while (!is_begun || (step + 1) * test_.interval_ms <= e.at_ms) {
        if (is_begun) ++step;
        is_begun = true;
        evaluate(step);
      }
      compare(e, *found);
    }
    return std::move(problems_);
  }

 private:
  void evaluate(std::int64_t step) {
    const std::int64_t now_ms = step * test_.interval_ms;
    for (const rule_test::made_series& s : test_.series) {
      const auto at = static_cast<std::size_t>(step);
      if (at >= s.values.size() || !s.values[at]) continue;
      const auto number = memory_.find_or_make(
          rules::label_set::make(s.labels->metric(), {s.labels->others().begin(), s.labels->others().end()}),
          now_ms);
      memory_.append(number, now_ms, *s.values[at]);
    }
    (void)rules_.evaluate(now_ms);
    take_steps(now_ms);
  }

  // As the engine of remedies does, but that an action needs no time: one at most with each evaluation once it has acted.
  void take_steps(std::int64_t now_ms) {
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      const rules::rule& rule = rules_.at(i);
      const auto settings = std::ranges::find(settings_, rule.name, &config::rule_settings::name);
      auto& former = steps_[rule.name];
      std::map<rules::label_list, steps_of_alert> now;
      for (const rules::alert& a : rules_.alerts_of(i)) {
        if (a.is != rules::alert::state::firing) continue;
        steps_of_alert& s = now[a.labels] = former[a.labels];
        while (s.taken < settings->steps.size() && now_ms >= s.next_ms && rules_.holds(rule.name, a.labels)) {
          const config::step_settings& step = settings->steps[s.taken++];
          s.next_ms = now_ms + milliseconds_of(step.settle);
          s.has_acted = s.has_acted || remedy::may_help(step.action);
          if (s.has_acted) break;
        }
      }
      former = std::move(now);
    }
  }

  void compare(const rule_test::expectation& e, const config::rule_settings& settings) {
    std::vector<rules::alert> firing;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      if (rules_.at(i).name != e.rule) continue;
      if (!rules_.report(i).problem.empty()) say(e, cat("its evaluation fails: ", rules_.report(i).problem));
      firing = rules_.alerts_of(i);
    }
    std::erase_if(firing, [](const rules::alert& a) { return a.is != rules::alert::state::firing; });
    for (rules::alert& a : firing)
      std::erase(a.labels, std::pair(std::string("severity"), settings.severity));
    compare_alerts(e, std::move(firing));
    if (!e.actions) return;
    std::size_t most = 0;
    for (const auto& [labels, s] : steps_[e.rule])
      most = std::max(most, s.taken);
    std::vector<std::string> taken;
    for (std::size_t i = 0; i < most; ++i)
      taken.push_back(settings.steps[i].action);
    if (taken != *e.actions)
      say(e, cat("the actions are [", joined(taken), "], not [", joined(*e.actions), "]"));
  }

  void compare_alerts(const rule_test::expectation& e, std::vector<rules::alert> firing) {
    for (const rule_test::firing_alert& wanted : e.firing) {
      const auto same = std::ranges::find(firing, wanted.labels, &rules::alert::labels);
      if (same == firing.end()) {
        say(e, cat("it does not fire for ", shown(wanted.labels),
                   std::ranges::count(e.firing, wanted.labels, &rule_test::firing_alert::labels) > 1
                       ? " as often as it is expected"
                       : ""));
        continue;
      }
      if (wanted.value && !is_close(*wanted.value, same->value))
        say(e, cat("its value for ", shown(wanted.labels), " is ", rules::number_text(same->value), ", not ",
                   rules::number_text(*wanted.value)));
      firing.erase(same);
    }
    for (const rules::alert& a : firing)
      say(e, cat("it fires for ", shown(a.labels), " too, with the value ", rules::number_text(a.value)));
  }

  static std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& w : words)
      out += cat(out.empty() ? "" : ", ", w);
    return out;
  }

  void say(const rule_test::expectation& e, std::string_view what) {
    const std::string at = format_duration(std::chrono::milliseconds(e.at_ms));
    problems_.push_back({e.where, cat("rule ", e.rule, " at ", at, ": ", what), {}, {}});
  }

  const rule_test& test_;
  const std::vector<config::rule_settings>& settings_;
  rules::series_memory memory_;
  rules::rule_set rules_;
  std::map<std::string, std::map<rules::label_list, steps_of_alert>> steps_; // by rule
  std::vector<diagnostic> problems_;
};

} // namespace

rule_test read_rule_test(const value_node& root, config::problem_list& problems) {
  rule_test out;
  config::table_reader in(root, {}, problems);
  nanoseconds interval = 1min;
  if (!in.has("config"))
    in.problem("config", " is missing", "write config = \"reeve.toml\": the rules' file");
  if (in.read("config", out.config) && out.config.empty())
    in.problem("config", " is empty", "write config = \"reeve.toml\": the rules' file");
  out.config_where = in.where("config");
  in.read_duration("interval", interval, 100ms, 1h);
  out.interval_ms = milliseconds_of(interval);
  for (const value_node* const node : in.take_tables("series"))
    out.series.push_back(read_series(*node, out.series, problems));
  for (const value_node* const node : in.take_tables("expect"))
    out.expected.push_back(read_expectation(*node, problems));
  if (out.expected.empty()) in.problem("expect", " is missing: nothing would be tested", "write [[expect]]");
  in.finish();
  for (const rule_test::expectation& e : out.expected)
    if (e.at_ms / out.interval_ms > most_evaluations)
      problems.add(e.where,
                   cat("it is more than ", most_evaluations, " times the interval after the first sample"),
                   "a longer interval takes fewer evaluations");
  std::ranges::stable_sort(out.expected, {}, &rule_test::expectation::at_ms);
  return out;
}

std::vector<diagnostic> check_rule_names(const rule_test& test,
                                         const std::vector<config::rule_settings>& rules) {
  std::vector<std::string_view> names;
  for (const config::rule_settings& r : rules)
    names.push_back(r.name);
  std::vector<diagnostic> out;
  for (const rule_test::expectation& e : test.expected) {
    if (std::ranges::find(names, e.rule) != names.end()) continue;
    const std::string_view near = did_you_mean(e.rule, names);
    out.push_back({e.rule_where,
                   cat("expect.rule is \"", e.rule, "\", and the configuration has no rule of that name"),
                   {},
                   near.empty() ? std::string() : cat("did you mean \"", near, "\"?")});
  }
  return out;
}

std::vector<diagnostic> run_rule_test(const rule_test& test,
                                      const std::vector<config::rule_settings>& rules) {
  return test_run(test, rules).run();
}

} // namespace reeve::cli
