// SPDX-License-Identifier: Apache-2.0
#include "read_steps.hpp"

#include "reeve/base/strings.hpp"
#include "rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace reeve::config {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr std::array<std::string_view, 8> actions{"event", "run",  "stop",   "restart",
                                                  "start", "kill", "reload", "dump"};
constexpr std::array<std::string_view, 6> step_keys{"action", "target", "command",
                                                    "signal", "settle", "timeout"};
constexpr std::size_t most_steps = 16;

// Every { begins a "{label}", and no } stands alone. With a label the rest is known only when an alert is there.
bool has_good_labels(std::string_view text) {
  while (!text.empty()) {
    const std::size_t at = text.find_first_of("{}");
    if (at == text.npos) return true;
    if (text[at] == '}') return false;
    const std::size_t end = text.find('}', at);
    if (end == text.npos || !is_label_name(text.substr(at + 1, end - at - 1))) return false;
    text.remove_prefix(end + 1);
  }
  return true;
}

// 8080, 8080/tcp, 53/udp
bool is_port(std::string_view text) {
  unsigned number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
  return status == std::errc() && number >= 1 && number <= 65535 &&
         (rest.empty() || rest == "/tcp" || rest == "/udp");
}

bool is_target(std::string_view text) {
  if (text == "series") return true;
  const std::size_t colon = text.find(':');
  if (colon == text.npos || colon + 1 == text.size()) return false;
  const std::string_view kind = text.substr(0, colon), what = text.substr(colon + 1);
  const bool has_label = what.find('{') != what.npos;
  if (kind == "process") return has_label || is_name(what);
  if (kind == "service") return true;
  if (kind == "port") return has_label || is_port(what);
  return kind == "file" && (has_label || is_absolute(what));
}

void read_target(table_reader& in, step_settings& out) {
  constexpr std::string_view forms = "write \"process:NAME\", \"service:NAME\", \"series\", \"port:8080\", "
                                     "\"port:53/udp\" or \"file:/PATH\"; \"{label}\" is that label's value";
  const bool takes_one = out.action != "event" && out.action != "run";
  if (!in.read("target", out.target)) {
    if (takes_one && !in.has("target"))
      in.problem("target", cat(" is missing: who is it that action = \"", out.action, "\" goes for?"),
                 std::string(forms));
    return;
  }
  if (!takes_one)
    in.problem("target", cat(" does not go with action = \"", out.action, "\""));
  else if (!is_target(out.target) || !has_good_labels(out.target))
    in.problem("target", cat(" is \"", out.target, "\""), std::string(forms));
  else if (out.action == "start" && !out.target.starts_with("process:") &&
           !out.target.starts_with("service:"))
    in.problem("target", cat(" is \"", out.target, "\", which nothing can start"),
               "write \"process:NAME\" or \"service:NAME\"");
  else if (out.action == "kill" && out.target.starts_with("service:"))
    in.problem("target", cat(" is \"", out.target, "\", and a service is not killed"),
               "write action = \"stop\"");
}

void read_command(table_reader& in, step_settings& out, problem_list& problems) {
  std::vector<source_position> where;
  if (!in.read_strings("command", out.command, &where)) {
    if (out.action == "run" && !in.has("command"))
      in.problem("command", " is missing", "write command = [\"/usr/local/bin/fix\", \"{device}\"]");
    return;
  }
  if (out.action != "run") {
    in.problem("command", cat(" does not go with action = \"", out.action, "\""), "write action = \"run\"");
    return;
  }
  if (out.command.empty() || !is_absolute(out.command.front()))
    problems.add(where.empty() ? in.where("command") : where.front(),
                 cat(in.full_name("command"), " must begin with the program file and its whole path"),
                 "write [\"/usr/local/bin/fix\", \"{device}\"]; there is no shell in between");
  for (std::size_t i = 0; i < out.command.size(); ++i)
    if (!has_good_labels(out.command[i]))
      problems.add(where[i],
                   cat(in.full_name("command"), " has \"", out.command[i], "\", whose braces hold no label"),
                   "\"{device}\" is the value of the label device");
}

step_settings read_step(table_reader& in, source_position where, problem_list& problems) {
  static constexpr std::array<std::string_view, 4> signals{"SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH"};
  step_settings out;
  out.where = {std::move(where)};
  if (!in.has("action")) in.problem("action", " is missing", "write action = \"restart\"");
  out.action = "event";
  const bool is_known = in.read_one_of("action", out.action, actions);
  if (is_known) {
    read_target(in, out);
    read_command(in, out, problems);
  } else { // known keys all the same
    in.take("target");
    in.take("command");
  }
  if (in.read_one_of("signal", out.signal, signals) && is_known && out.action != "reload")
    in.problem("signal", cat(" does not go with action = \"", out.action, "\""),
               "a reload sends it; \"stop\" has the ladder of the process");
  in.read_duration("settle", out.settle, 0s, 1h);
  in.read_duration("timeout", out.timeout, 1s, 1h);
  return out;
}

void read_steps(table_reader& in, response_settings& out, problem_list& problems) {
  const bool has_one = std::ranges::any_of(step_keys, [&](std::string_view key) { return in.has(key); });
  if (!in.has("steps")) {
    if (has_one) {
      out.steps = {read_step(in, in.where("action"), problems)};
      return;
    }
    for (const std::string_view key : step_keys)
      in.take(key);
    out.steps.emplace_back();
    out.steps.back().action = "event";
    return;
  }
  for (const std::string_view key : step_keys)
    if (in.take(key)) in.problem(key, " stands beside steps", "each of the steps has its own");
  const auto tables = in.take_tables("steps");
  if (const value_node* const given = in.take("steps"); given->as_array() && given->as_array()->empty()) {
    in.problem("steps", " is empty", "leave it out for an event");
    return;
  }
  if (tables.size() > most_steps) {
    in.problem("steps", cat(" are more than ", most_steps));
    return;
  }
  for (const value_node* const node : tables) {
    table_reader step(*node, in.full_name("steps"), problems);
    out.steps.push_back(read_step(step, node->where, problems));
    step.finish();
  }
}

} // namespace

void read_response(table_reader& in, response_settings& out, problem_list& problems) {
  static constexpr std::array<std::string_view, 2> modes{"observe", "act"};
  read_steps(in, out, problems);
  in.read_one_of("mode", out.mode, modes);
  in.read_duration("cooldown", out.cooldown, 0s, days(1));
  in.read("budget", out.budget, 1, 1000);
  in.read_duration("budget_window", out.budget_window, 1s, days(30));
}

} // namespace reeve::config
