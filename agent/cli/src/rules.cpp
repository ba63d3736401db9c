// SPDX-License-Identifier: Apache-2.0
#include "choices.hpp"
#include "json.hpp"
#include "ps/printable.hpp"
#include "rules/agent_query.hpp"
#include "rules/agent_request.hpp"
#include "rules/metric_check.hpp"
#include "rules/query_json.hpp"
#include "rules/rule_test.hpp"
#include "rules/sample_file.hpp"
#include "terminal_style.hpp"
#include "verb.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/app/check_rules.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"
#include "reeve/config/print.hpp"
#include "reeve/os/runtime.hpp"
#include "reeve/rules/number_text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

namespace reeve::cli {

namespace {

struct rules_options {
  std::string action;
  std::string instance = "default";
  bool is_instance_given = false;
  std::string what; // of eval: the expression; of check: the configuration, if not by --config
  std::string config_path;
  std::string plugin_dir; // as other verbs take it; rules need no plugins
  std::string samples;
  std::optional<double> at_seconds; // nothing: at the last of the samples
  bool is_offline = false;
  bool json = false;
};

int fail(std::string_view message, int status = app::exit_failed) {
  std::fprintf(stderr, "reeve: %.*s\n", static_cast<int>(message.size()), message.data());
  return status;
}

boost::json::array to_json(const std::vector<diagnostic>& all) {
  boost::json::array out;
  for (const diagnostic& d : all)
    out.push_back({{"file", d.where.file},
                   {"line", d.where.line},
                   {"column", d.where.column},
                   {"message", d.message},
                   {"hint", d.hint}});
  return out;
}

int check(const rules_options& o) {
  const std::string& path = o.what.empty() ? o.config_path : o.what;
  config::loaded l = config::load(path);
  if (l.value) l.problems = app::check_rules(l);
  int status = l.value && l.problems.empty() ? app::exit_ok : app::exit_bad_config;
  metric_check metrics;
  if (status == app::exit_ok) {
    const std::string& instance = o.is_instance_given ? o.instance : l.value->agent.instance;
    auto compared = check_metrics(l, {o.samples, !o.is_offline, instance});
    if (!compared && !o.json) return fail(compared.error().message);
    if (compared) {
      metrics = *std::move(compared);
    } else {
      diagnostic& unread = l.problems.emplace_back();
      unread.where.file = o.samples;
      unread.message = compared.error().message;
      status = app::exit_failed;
    }
  }
  for (diagnostic& d : l.problems)
    if (d.excerpt.empty()) d.excerpt = l.texts.line(d.where);
  const std::size_t count = l.value ? l.value->rules.size() : 0;
  if (o.json) {
    print_json(
        {{"ok", status == app::exit_ok},
         {"rules", count},
         {"problems", to_json(l.problems)},
         {"warnings", to_json(metrics.warnings)},
         {"compared_with",
          metrics.compared_with.empty() ? boost::json::value() : boost::json::value(metrics.compared_with)}});
  } else {
    for (const diagnostic& d : l.problems)
      std::fputs(config::format(d, os::is_terminal(2)).c_str(), stderr);
    for (const diagnostic& w : metrics.warnings)
      std::fputs(cat(w.where.file, ":", w.where.line, ":", w.where.column, ": warning: ", w.message,
                     w.hint.empty() ? "" : "\nhint: ", w.hint, "\n")
                     .c_str(),
                 stderr);
    if (status == app::exit_ok)
      std::printf("%s: no problems (%zu rule%s)\n", path.c_str(), count, count == 1 ? "" : "s");
    if (!metrics.why_not.empty())
      std::printf("whether there are metrics of these names was not looked at: %s\n",
                  metrics.why_not.c_str());
  }
  return status;
}

void print_table(const rules::instant_value& value) {
  if (value.type == rules::value_type::scalar) {
    std::printf("%s\n", rules::number_text(value.scalar).c_str());
    return;
  }
  std::vector<std::vector<cell>> rows;
  for (const rules::sample& s : in_order(value.samples))
    rows.push_back({{rules::number_text(s.value)}, {printable(s.text())}});
  const std::string text = render_table({{"VALUE", true}, {"SERIES"}}, rows, style_of_output());
  std::fwrite(text.data(), 1, text.size(), stdout);
}

int refuse(const rules_options& o, std::string_view kind, const std::string& message) {
  if (!o.json) return fail(message);
  std::fputs(query_failed_json(kind, message).c_str(), stdout);
  return app::exit_failed;
}

int eval_in_agent(const rules_options& o, rules::value_type type) {
  const auto answer = evaluate_in_agent(o.instance, o.what, type);
  if (!answer) {
    const bool is_there = answer.error().code != errc::not_found;
    return refuse(o, is_there ? "execution" : "unavailable", answer.error().message);
  }
  if (o.json) {
    std::fputs(query_json(answer->value, answer->at_ms, answer->warnings).c_str(), stdout);
    return app::exit_ok;
  }
  for (const std::string& w : answer->warnings)
    std::fprintf(stderr, "reeve: warning: %s\n", w.c_str());
  print_table(answer->value);
  return app::exit_ok;
}

// As the API of Prometheus reads a time: whole seconds, and milliseconds to the nearest.
std::int64_t milliseconds_of(double seconds) {
  double whole = 0;
  const double rest = std::modf(seconds, &whole);
  return static_cast<std::int64_t>(whole) * 1000 + std::llround(rest * 1000);
}

int eval(const rules_options& o) {
  auto parsed = rules::parse_expression(o.what);
  if (!parsed) return refuse(o, "bad_data", rules::describe(parsed.error(), o.what));
  if (o.samples.empty()) return eval_in_agent(o, (*parsed)->type);
  auto samples = read_sample_file(o.samples);
  if (!samples) return refuse(o, "bad_data", samples.error().message);
  const auto newest =
      std::ranges::max_element(*samples, {}, [](const rules::timed_sample& s) { return s.at.time_ms; });
  std::int64_t at_ms = newest == samples->end() ? 0 : newest->at.time_ms;
  if (o.at_seconds) at_ms = milliseconds_of(*o.at_seconds);
  rules::memory_limits limits;
  limits.series = limits.points = samples->size();
  limits.forgets = false;
  rules::series_memory memory(limits);
  rules::evaluation evaluation(*std::move(parsed), memory);
  rules::load_samples(*std::move(samples), memory);
  const auto value = evaluation.at(at_ms);
  if (!value) return refuse(o, "execution", value.error().message);
  if (o.json)
    std::fputs(query_json(**value, at_ms).c_str(), stdout);
  else
    print_table(**value);
  return app::exit_ok;
}

int say_problems(std::vector<diagnostic> problems, const config::source_texts& texts, int status) {
  for (diagnostic& d : problems) {
    if (d.excerpt.empty()) d.excerpt = texts.line(d.where);
    std::fputs(config::format(d, os::is_terminal(2)).c_str(), stderr);
  }
  return status;
}

int test(const rules_options& o) {
  namespace fs = std::filesystem;
  config::source_texts texts;
  config::problem_list problems(texts);
  const auto tables = config::load_tables(o.what, texts, problems);
  const rule_test wanted = tables ? read_rule_test(*tables, problems) : rule_test();
  if (!problems.empty()) return say_problems(problems.take(), texts, app::exit_bad_config);
  const fs::path file(std::u8string(wanted.config.begin(), wanted.config.end()));
  const fs::path beside = fs::path(std::u8string(o.what.begin(), o.what.end())).parent_path();
  const std::u8string path = (beside / file).u8string();
  config::loaded l = config::load(std::string(path.begin(), path.end()));
  if (l.value) l.problems = app::check_rules(l);
  for (diagnostic& d : l.problems)
    if (d.where.line == 0) // the file cannot be read
      d = {wanted.config_where, cat("config: ", d.where.file, ": ", d.message),
           texts.line(wanted.config_where), "it stands beside the test unless its whole path is given"};
  if (!l.value || !l.problems.empty())
    return say_problems(std::move(l.problems), l.texts, app::exit_bad_config);
  if (auto unknown = check_rule_names(wanted, l.value->rules); !unknown.empty())
    return say_problems(std::move(unknown), texts, app::exit_bad_config);
  std::vector<diagnostic> failures = run_rule_test(wanted, l.value->rules);
  if (!failures.empty()) return say_problems(std::move(failures), texts, app::exit_failed);
  std::printf("%s: as expected, %zu time%s\n", o.what.c_str(), wanted.expected.size(),
              wanted.expected.size() == 1 ? "" : "s");
  return app::exit_ok;
}

int explain(const rules_options& o) {
  const auto answer = ask_about_rules(o.instance, cat("explain ", o.what));
  if (!answer) return fail(answer.error().message);
  for (std::string_view rest = *answer; !rest.empty();)
    std::puts(printable(take_until(rest, '\n')).c_str());
  return app::exit_ok;
}

// Name, alerts that fire, alerts that are pending, a problem: as the agent has them.
int list(const rules_options& o) {
  const auto answer = ask_about_rules(o.instance, "list");
  if (!answer && o.json) {
    print_json({{"error", answer.error().message}});
    return app::exit_failed;
  }
  if (!answer) return fail(answer.error().message);
  boost::json::array rows;
  std::string text;
  for (std::string_view rest = *answer; !rest.empty();) {
    std::string_view line = take_until(rest, '\n');
    const std::string_view name = take_until(line, '\t');
    std::uint64_t firing = 0, pending = 0;
    (void)(read_number(take_until(line, '\t'), firing) && read_number(take_until(line, '\t'), pending));
    rows.push_back(
        boost::json::object{{"rule", name}, {"firing", firing}, {"pending", pending}, {"problem", line}});
    text +=
        cat(name, ": ", firing == 0 ? "does not fire" : cat("fires for ", firing, " of its series"),
            pending == 0 ? "" : cat(", pending for ", pending), line.empty() ? "" : cat("; ", line), "\n");
  }
  if (o.json)
    print_json(rows);
  else if (text.empty())
    std::puts("The agent has no rules.");
  else
    std::fwrite(text.data(), 1, text.size(), stdout);
  return app::exit_ok;
}

} // namespace

void add_rules(CLI::App& root, context& c) {
  CLI::App* verb = root.add_subcommand(
      "rules",
      "Show what the rules of an agent do and why, check and test those of a configuration, or evaluate an "
      "expression");
  auto options = std::make_shared<rules_options>();
  take_one_of(verb->add_option("ACTION", options->action, "What to do"),
              {"check", "eval", "explain", "list", "test"})
      ->required();
  verb->add_option("WHAT", options->what,
                   "Of eval: the expression; of check: the configuration file; of test: the file with the "
                   "test; of explain: "
                   "the rule");
  take_config(*verb, "-c,--config", options->config_path, options->plugin_dir);
  verb->add_option(
          "--samples", options->samples,
          "OpenMetrics text in which each sample has its time, as promtool takes it; -: standard input")
      ->type_name("FILE");
  verb->add_option("--at", options->at_seconds,
                   "With eval and samples: at this time; without it at the newest of them")
      ->type_name("UNIX_SECONDS");
  const CLI::Option* const instance =
      verb->add_option(
              "-i,--instance", options->instance,
              "Which agent: its [agent] instance. With check that of the configuration, if not given")
          ->capture_default_str();
  verb->add_flag("--offline", options->is_offline, "With check: ask no agent which metrics there are");
  verb->add_flag("--json", options->json,
                 "With list, check and eval: print JSON; with eval in the form of the API of Prometheus");
  verb->footer(
      "check says what is wrong with the rules, and which metrics the running agent, or with --samples "
      "the file, does\n"
      "not have. eval evaluates over what the running agent has now, or over --samples. test tries the "
      "rules with made-up\n"
      "series.\n"
      "Exit status 0: done; 1: it cannot be evaluated, or a test fails; 3: the rules have errors.\n\n"
      "Examples:\n  reeve rules list\n  reeve rules explain leak\n  reeve rules check\n  reeve "
      "rules check reeve.toml --samples metrics.txt\n"
      "  reeve rules test leak-test.toml\n"
      "  reeve rules eval 'reeve_process_group_threads > 100'\n"
      "  reeve rules eval 'rate(requests_total[5m]) > 10' --samples metrics.txt\n"
      "  reeve rules eval 'sum by (job) (up)' --samples metrics.txt --at 1767225600 --json");
  verb->allow_extras(); // an expression that is taken for an option; all others are refused below
  verb->callback([options, instance, verb, &c] {
    options->is_instance_given = instance->count() > 0;
    if (verb->remaining_size() > 0 && (options->action != "eval" || !options->what.empty()))
      throw CLI::ExtrasError(verb->remaining());
    if (options->json && (options->action == "explain" || options->action == "test"))
      throw CLI::ValidationError(
          cat(options->action, " prints no JSON; list, check, eval and reeve status do"));
    if (options->action == "list") {
      if (!options->what.empty()) throw CLI::ValidationError("list shows all rules: it takes no name");
      c.status = list(*options);
      return;
    }
    if (options->action == "explain") {
      if (options->what.empty()) throw CLI::ValidationError("name a rule, as in: reeve rules explain leak");
      c.status = explain(*options);
      return;
    }
    if (options->action == "check") {
      c.status = check(*options);
      return;
    }
    if (options->action == "test") {
      if (options->what.empty())
        throw CLI::ValidationError("name a file, as in: reeve rules test leak-test.toml");
      c.status = test(*options);
      return;
    }
    if (options->what.empty())
      throw CLI::ValidationError(
          "name an expression, as in: reeve rules eval 'up == 0'; one that begins with "
          "a minus stands behind all options and --: reeve rules eval -- '-up'");
    if (options->at_seconds && !(std::fabs(*options->at_seconds) <= 1e12))
      throw CLI::ValidationError("--at takes seconds from 1970 on, 1e12 at most");
    if (options->samples.empty() && options->at_seconds)
      throw CLI::ValidationError("an agent evaluates for now: --at goes with --samples");
    c.status = eval(*options);
  });
}

} // namespace reeve::cli
