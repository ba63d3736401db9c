// SPDX-License-Identifier: Apache-2.0
#include "rule_answers.hpp"

#include "rule_query.hpp"
#include "status_of_rules.hpp"

#include "reeve/app/control_requests.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"

#include <algorithm>
#include <chrono>

namespace reeve::app {

namespace {

constexpr std::string_view by_the_command_line = "the command line";

std::string for_seconds(nanoseconds n) {
  return format_duration(std::chrono::floor<std::chrono::seconds>(std::max(n, nanoseconds(0))));
}

std::string shown(const rules::alert& a, const rules::rule& of, const clock& time) {
  const auto now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(time.unix_time()).count();
  const bool is_firing = a.is == rules::alert::state::firing;
  const auto since = std::chrono::milliseconds(now_ms - (is_firing ? a.firing_since_ms : a.active_since_ms));
  return cat(is_firing ? "fires" : "is pending", " for ", for_seconds(since),
             is_firing ? "" : cat(" of ", for_seconds(std::chrono::milliseconds(of.hold_ms))), ": ",
             label_text(a.labels), " with ", a.value, "\n");
}

std::string shown(const remedy::case_report& c) {
  std::string out = cat("  about ", label_text(c.labels), ": ", next_text(c));
  for (const remedy::verdict& v : c.verdicts)
    if (!v.passes) out += cat("\n    the guard ", name_of(v.which), " says no: ", v.why);
  return out + "\n";
}

std::string about_alerts(std::string_view name, rule_runner& rules, const clock& time) {
  const rules::rule_set* const set = rules.rules();
  for (std::size_t i = 0; set && i < set->size(); ++i) {
    if (set->at(i).name != name) continue;
    const rules::rule_report& r = set->report(i);
    std::string out = cat("expression: ", set->at(i).text, "\n");
    if (!r.problem.empty()) out += cat("cannot be evaluated: ", r.problem, "\n");
    const auto alerts = set->alerts_of(i);
    if (alerts.empty())
      out += r.problem.empty() ? cat("does not fire: the condition gives ", r.samples,
                                     r.samples == 1 ? " sample\n" : " samples\n")
                               : std::string("does not fire\n");
    if (alerts.empty()) out += what_it_reads(set->at(i).text, rules);
    for (const rules::alert& a : alerts)
      out += shown(a, set->at(i), time);
    return out;
  }
  return {};
}

std::string explain(std::string_view name, rule_runner& rules, remedies& actions, const clock& time) {
  const auto what = actions.explain(name);
  if (!what) return cat("failed\n", what.error().message, "\n");
  std::string out = cat("ok\n", about_alerts(name, rules, time), "mode: ", what->mode, "\n");
  for (std::size_t i = 0; i < what->steps.size(); ++i)
    out += cat("step ", i + 1, ": ", what->steps[i], "\n");
  if (!what->given_up.empty())
    out += cat("given up: ", what->given_up, "; reeve reset ", name, " begins anew\n");
  if (!what->quiet.empty()) out += cat("quiet: ", what->quiet, "\n");
  for (const remedy::case_report& c : what->cases)
    out += shown(c);
  if (what->cases_total > what->cases.size())
    out += cat("  and ", what->cases_total - what->cases.size(), " more\n");
  return out;
}

std::string list(const rule_runner& rules) {
  const rules::rule_set* const set = rules.rules();
  std::string out = "ok\n";
  for (std::size_t i = 0; set && i < set->size(); ++i) {
    std::size_t firing = 0, pending = 0;
    for (const rules::alert& a : set->alerts_of(i))
      ++(a.is == rules::alert::state::firing ? firing : pending);
    const std::string& problem = set->report(i).problem;
    out += cat(set->at(i).name, "\t", firing, "\t", pending, "\t", on_one_line(problem), "\n");
  }
  return out;
}

// Until when, a comment and the matchers, each on a line of its own.
std::string silence(std::string_view text, remedies& actions) {
  remedy::silence s;
  std::int64_t until = 0;
  if (!read_number(take_until(text, '\n'), until)) return "failed\nit is not said until when\n";
  s.until = nanoseconds(until);
  s.by = by_the_command_line;
  s.comment = take_until(text, '\n');
  while (!text.empty()) {
    auto m = remedy::matcher_from(take_until(text, '\n'));
    if (!m) return cat("failed\n", m.error().message, "\n");
    s.matchers.push_back(*std::move(m));
  }
  std::string unknown;
  for (const remedy::label_matcher& m : s.matchers)
    if (m.name == "rule" && m.is_equal && !actions.explain(m.value)) unknown += cat(m.value, "\n");
  const auto made = actions.silence(std::move(s));
  return made ? cat("ok\n", *made, "\n", unknown) : cat("failed\n", made.error().message, "\n");
}

// Of those in force: number, until when, by whom, a comment, the matchers: as the command line takes them.
std::string silences(const remedies& actions, const clock& time) {
  std::string out = "ok\n";
  for (const remedy::silence& s : actions.engine().silences()) {
    if (s.until <= time.unix_time()) continue;
    out += cat(s.id, "\t", s.until.count(), "\t", on_one_line(s.by), "\t", on_one_line(s.comment));
    for (const remedy::label_matcher& m : s.matchers)
      out += cat("\t", on_one_line(m.name), "\t", m.is_equal ? 1 : 0, "\t", on_one_line(m.value));
    out += "\n";
  }
  return out;
}

} // namespace

std::string answer_about_rules(std::string_view request, rule_runner& rules, remedies& actions,
                               const clock& time) {
  request.remove_prefix(rules_verb.size());
  if (request == "list") return list(rules);
  if (request == "silences") return silences(actions, time);
  if (request == "status") return cat("ok\n", to_text(status_of_rules(rules, actions, time)));
  const std::string_view verb = take_until(request, ' ');
  if (verb == "explain") return explain(request, rules, actions, time);
  if (verb == "silence") return silence(request, actions);
  if (verb == "eval") return answer_to_query(request, rules);
  if (verb == "unknown") return answer_unknown(request, rules);
  result<> done = error{errc::invalid_argument, "unknown request", 0};
  if (verb == "reset") done = actions.reset(request, by_the_command_line);
  std::uint64_t id = 0;
  if (verb == "unsilence" && read_number(request, id)) done = actions.remove_silence(id, by_the_command_line);
  return done ? "ok\n" : cat("failed\n", done.error().message, "\n");
}

} // namespace reeve::app
