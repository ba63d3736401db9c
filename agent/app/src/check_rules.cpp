// SPDX-License-Identifier: Apache-2.0
#include "reeve/app/check_rules.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/time_zone.hpp"
#include "reeve/rules/summary_template.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>

namespace reeve::app {

namespace {

bool is_inside_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// How many characters of the file stand for the first `offset` bytes of a string that it has as `written`, after the quote.
std::uint32_t characters_before(std::string_view written, bool has_escapes, std::string_view text,
                                std::size_t offset) {
  std::uint32_t out = 0;
  std::size_t at = 0; // in `written`
  for (std::size_t i = 0; i < offset && i < text.size() && at < written.size();) {
    std::size_t length = 1; // of what stands for one character
    if (has_escapes && written[at] == '\\' && at + 1 < written.size())
      length = written[at + 1] == 'u' ? 6 : written[at + 1] == 'U' ? 10 : 2;
    out += static_cast<std::uint32_t>(length);
    at += length;
    while (at < written.size() && is_inside_character(written[at]))
      ++at;
    do
      ++i;
    while (i < text.size() && is_inside_character(text[i]));
  }
  return out;
}

// What its line has from the beginning of a string on.
std::string written_from(const source_position& begin, const config::source_texts& texts) {
  const std::string line = texts.line(begin);
  std::size_t at = 0;
  for (std::uint32_t column = 1; column < begin.column && at < line.size(); ++column)
    do
      ++at;
    while (at < line.size() && is_inside_character(line[at]));
  return line.substr(at);
}

// The place of one character of a string within its line; nothing for a string of several lines.
std::optional<source_position> place_of(const source_position& begin, std::string_view text,
                                        std::size_t offset, const config::source_texts& texts) {
  const std::string written = written_from(begin, texts);
  const std::string_view rest = written;
  if (rest.empty() || rest.starts_with("\"\"\"") || rest.starts_with("'''")) return std::nullopt;
  source_position out = begin;
  out.column += 1 + characters_before(rest.substr(1), rest.front() == '"', text, offset);
  return out;
}

std::string place_in_words(std::string_view text, std::size_t offset) {
  constexpr std::size_t most_shown = 30;
  const std::string_view rest = text.substr(std::min(offset, text.size()));
  std::string shown;
  append_utf8(shown, rest.substr(0, rest.find('\n')), most_shown);
  return shown.empty() ? "at its end" : cat("where it has ", shown);
}

class rule_check {
 public:
  explicit rule_check(const config::loaded& l) : loaded_(l) {
    for (const config::process_settings& p : l.value->processes)
      processes_.push_back(p.name);
    for (const config::job_settings& j : l.value->jobs)
      processes_.push_back(j.name);
  }

  std::vector<diagnostic> run() {
    for (const config::rule_settings& r : loaded_.value->rules) {
      check_expression(r);
      check_summary(r);
      for (const config::step_settings& s : r.steps)
        check_target(s);
    }
    if (loaded_.value->webhook)
      for (const config::webhook_alert_settings& a : loaded_.value->webhook->alerts)
        for (const config::step_settings& s : a.steps)
          check_target(s);
    for (const config::maintenance_settings& m : loaded_.value->maintenance)
      check_zone(m);
    return std::move(problems_);
  }

 private:
  void check_expression(const config::rule_settings& r) {
    const auto parsed = rules::parse_expression(r.expression);
    if (!parsed) {
      add("rule.expr", r.expression_where, r.expression, parsed.error());
    } else if ((*parsed)->type == rules::value_type::scalar) {
      add("rule.expr", r.expression_where, r.expression,
          {0, "a number is always there, so the rule would always fire", "compare a metric, as in NAME > 1"});
    }
  }

  void check_summary(const config::rule_settings& r) {
    const auto parsed = rules::summary_template::parse(r.summary);
    if (parsed) return;
    problems_.push_back({r.summary_where,
                         cat("rule.summary of ", r.name, ": ", parsed.error().message),
                         {},
                         parsed.error().hint});
  }

  void check_target(const config::step_settings& s) {
    constexpr std::string_view kind = "process:";
    if (!s.target.starts_with(kind) || s.target.find('{') != s.target.npos) return;
    const std::string_view name = std::string_view(s.target).substr(kind.size());
    if (std::ranges::find(processes_, name) != processes_.end()) return;
    const std::string_view near = did_you_mean(name, processes_);
    problems_.push_back({s.where,
                         cat("target is \"", s.target, "\", and no [[process]] or [[job]] has that name"),
                         {},
                         near.empty() ? std::string() : cat("did you mean \"", kind, near, "\"?")});
  }

  void check_zone(const config::maintenance_settings& m) {
    const auto zone = os::load_time_zone(m.time_zone);
    if (zone) return;
    problems_.push_back({m.time_zone_where,
                         cat("maintenance.time_zone: ", zone.error().message),
                         {},
                         "write \"local\", \"UTC\" or a name such as \"Europe/Berlin\""});
  }

  void add(std::string_view key, const source_position& begin, std::string_view text,
           const rules::expression_problem& what) {
    if (const auto place = place_of(begin, text, what.offset, loaded_.texts))
      problems_.push_back({*place, cat(key, ": ", what.message), {}, what.hint});
    else if (written_from(begin, loaded_.texts).starts_with("\"\"\"")) // its lines may be joined
      problems_.push_back(
          {begin, cat(key, ", ", place_in_words(text, what.offset), ": ", what.message), {}, what.hint});
    else
      problems_.push_back(
          {begin, cat(key, ", at ", rules::describe({what.offset, what.message, {}}, text)), {}, what.hint});
  }

  const config::loaded& loaded_;
  std::vector<std::string_view> processes_;
  std::vector<diagnostic> problems_;
};

std::int64_t milliseconds_of(nanoseconds time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

} // namespace

std::vector<diagnostic> check_rules(const config::loaded& fine) {
  return rule_check(fine).run();
}

source_position place_in_expression(const config::rule_settings& rule, std::size_t offset,
                                    const config::source_texts& texts) {
  return place_of(rule.expression_where, rule.expression, offset, texts).value_or(rule.expression_where);
}

std::vector<rules::rule> make_rules(const std::vector<config::rule_settings>& settings) {
  std::vector<rules::rule> out;
  for (const config::rule_settings& s : settings) {
    auto parsed = rules::parse_expression(s.expression);
    if (!parsed || (*parsed)->type != rules::value_type::vector) continue;
    rules::rule r;
    r.name = s.name;
    r.text = s.expression;
    r.expression = *std::move(parsed);
    r.hold_ms = milliseconds_of(s.hold);
    r.keep_firing_ms = milliseconds_of(s.keep_firing);
    r.times = s.times;
    r.of = s.of;
    r.labels = s.labels;
    r.labels.emplace_back("severity", s.severity);
    std::ranges::sort(r.labels);
    out.push_back(std::move(r));
  }
  return out;
}

} // namespace reeve::app
