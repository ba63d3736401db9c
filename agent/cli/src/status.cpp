// SPDX-License-Identifier: Apache-2.0
#include "json.hpp"
#include "processes/requests.hpp"
#include "ps/printable.hpp"
#include "ps/text_table.hpp"
#include "rules/firing.hpp"
#include "terminal_style.hpp"
#include "verb.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/base/strings.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>

namespace reeve::cli {

namespace {

using supervise::process_state;
using supervise::process_status;

double seconds(nanoseconds n) {
  return std::chrono::duration<double>(n).count();
}

boost::json::value to_json(const process_status& s) {
  boost::json::object out{{"name", s.name},
                          {"state", name_of(s.state)},
                          {"seconds_in_state", seconds(s.in_state)},
                          {"starts", s.starts},
                          {"restarts", s.restarts}};
  out["pid"] = s.id.pid == 0 ? boost::json::value() : boost::json::value(s.id.pid);
  out["next_start_in_seconds"] =
      s.next_start_in ? boost::json::value(seconds(*s.next_start_in)) : boost::json::value();
  out["last_end"] = s.last_end ? boost::json::value(supervise::to_text(*s.last_end)) : boost::json::value();
  const auto text_or_null = [](const std::string& text) {
    return text.empty() ? boost::json::value() : boost::json::value(text);
  };
  out["failure"] = text_or_null(s.failure);
  out["doing"] = text_or_null(s.doing);
  out["groups"] = boost::json::value_from(s.groups);
  out["ports"] = boost::json::value_from(s.ports);
  out["output"] = text_or_null(s.output);
  boost::json::array checks;
  for (const supervise::check_status& c : s.checks)
    checks.push_back({{"name", c.name},
                      {"state", name_of(c.state)},
                      {"text", text_or_null(c.text)},
                      {"seconds", seconds(c.duration)},
                      {"failures_in_row", c.failures_in_row}});
  out["checks"] = checks;
  out["last_result"] = text_or_null(s.last_result);
  return out;
}

// Whole seconds; what changes within one is not worth reading.
std::string time_of(nanoseconds n) {
  return format_duration(std::chrono::floor<std::chrono::seconds>(n));
}

cell state_cell(const process_status& s) {
  const process_state state = s.state;
  const tint colour = state == process_state::running    ? tint::none
                      : state == process_state::stopped  ? tint::dim
                      : state == process_state::exited   ? tint::dim
                      : is_job_at_rest(s)                ? tint::dim
                      : state == process_state::stuck    ? tint::alarm
                      : state == process_state::given_up ? tint::alarm
                                                         : tint::warning;
  return {name_of(state), colour};
}

// What its checks say together.
cell health_cell(const process_status& s) {
  using supervise::health_state;
  if (s.checks.empty() || s.state != process_state::running) return {"-"};
  const auto any = [&](health_state state) {
    return std::ranges::any_of(s.checks, [&](const auto& c) { return c.state == state; });
  };
  if (any(health_state::unhealthy)) return {"unhealthy", tint::alarm};
  if (any(health_state::starting)) return {"starting", tint::warning};
  return {"healthy"};
}

// What there is to say, the most urgent first.
std::string remark(const process_status& s) {
  if (!s.failure.empty()) return printable(s.failure);
  if (!s.doing.empty()) return printable(s.doing);
  if (!s.last_result.empty())
    return cat("job, last run: ", s.last_result,
               s.last_result == "failed" && s.last_end ? cat(" with ", supervise::to_text(*s.last_end)) : "");
  return s.last_end ? cat("ended with ", supervise::to_text(*s.last_end)) : "";
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words)
    out += cat(out.empty() ? "" : " ", word);
  return out.empty() ? "-" : out;
}

void print_table(const std::vector<process_status>& all) {
  std::vector<std::vector<cell>> rows;
  for (const process_status& s : all)
    rows.push_back({{s.name},
                    state_cell(s),
                    {s.id.pid == 0 ? "-" : cat(s.id.pid)},
                    {time_of(s.in_state)},
                    {cat(s.restarts)},
                    {s.next_start_in ? time_of(*s.next_start_in) : "-"},
                    health_cell(s),
                    {joined(s.ports)},
                    {remark(s)}});
  const std::string text = render_table({{"NAME"},
                                         {"STATE"},
                                         {"PID", true},
                                         {"FOR", true},
                                         {"RESTARTS", true},
                                         {"NEXT START", true},
                                         {"HEALTH"},
                                         {"PORTS"},
                                         {"REMARK"}},
                                        rows, style_of_output());
  std::fwrite(text.data(), 1, text.size(), stdout);
}

int fail(const error& e) {
  std::fprintf(stderr, "reeve: %s\n", e.message.c_str());
  return app::exit_failed;
}

int status(const std::string& instance, bool json) {
  const auto all = ask_status(instance);
  if (!all) return fail(all.error());
  const auto rules = ask_firing(instance);
  if (!rules) return fail(rules.error());
  if (json) {
    boost::json::array processes;
    for (const process_status& s : *all)
      processes.push_back(to_json(s));
    boost::json::object out = firing_json(*rules);
    out["processes"] = std::move(processes);
    print_json(out);
    return app::exit_ok;
  }
  if (all->empty())
    std::printf("the agent manages no process; write a [[process]] or a [[job]] into its configuration\n");
  else
    print_table(*all);
  const std::string firing = firing_text(*rules, style_of_output());
  std::fwrite(firing.data(), 1, firing.size(), stdout);
  return app::exit_ok;
}

} // namespace

void add_status(CLI::App& root, context& c) {
  CLI::App* verb = root.add_subcommand(
      "status", "Show the processes and jobs that the running agent manages, and the rules that fire");
  auto instance = std::make_shared<std::string>("default");
  auto json = std::make_shared<bool>(false);
  verb->add_option("-i,--instance", *instance, "Which agent: its [agent] instance")->capture_default_str();
  verb->add_flag("--json", *json, "Print JSON");
  verb->footer(
      "FOR is how long it has been in its state. REMARK says what is wrong, what a start or stop is "
      "at, or how it ended last.\n"
      "Of a rule that fires NEXT is what was and will be done, or would be; reeve rules explain says why.\n\n"
      "Examples:\n  reeve status\n  reeve status --json");
  verb->callback([instance, json, &c] { c.status = status(*instance, *json); });
}

} // namespace reeve::cli
