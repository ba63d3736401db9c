// SPDX-License-Identifier: Apache-2.0
#include "rule_query.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"
#include "reeve/os/control_channel.hpp"
#include "reeve/rules/evaluation.hpp"
#include "reeve/rules/number_text.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <vector>

namespace reeve::app {

namespace {

std::string shown(std::int64_t ms) {
  return format_duration(std::chrono::milliseconds(ms));
}

// Lives no longer than the question, so nothing in it grows too old.
rules::series_memory memory_like(const rule_runner& rules) {
  rules::memory_limits limits = rules.limits();
  limits.forgets = false;
  return rules::series_memory(limits);
}

std::int64_t oldest_ms(const rules::series_memory& memory, rules::series_memory::selection_id which) {
  std::int64_t out = std::numeric_limits<std::int64_t>::max();
  std::vector<rules::point> room;
  for (const rules::series* const s : memory.selected(which)) {
    const auto all =
        s->between(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(), room);
    if (!all.empty()) out = std::min(out, all.front().time_ms);
  }
  return out;
}

// What it looks back at and the agent has not kept; empty: nothing.
std::string lack_of(const rules::selector& s, const rule_runner& rules, rules::series_memory& memory,
                    std::int64_t now_ms) {
  const std::int64_t back_ms = s.offset_ms + s.range_ms;
  if (back_ms <= 0) return {}; // the newest samples are those of now
  const std::string what = s.metric.empty() ? std::string("series of any name") : s.metric;
  if (!rules.keeps(s))
    return cat("no rule looks back at ", what, " for ", shown(back_ms),
               ": of that time the agent has only some samples, or the newest alone");
  const std::int64_t oldest = oldest_ms(memory, memory.select(s));
  if (oldest != std::numeric_limits<std::int64_t>::max() && oldest > now_ms - back_ms)
    return cat("the oldest sample of ", what, " is from ", shown(now_ms - oldest), " ago, and ",
               shown(back_ms), " are looked back at");
  return {};
}

} // namespace

std::string answer_to_query(std::string_view expression, rule_runner& rules) {
  auto parsed = rules::parse_expression(expression);
  if (!parsed) return cat("failed\n", rules::describe(parsed.error(), expression), "\n");
  rules::series_memory memory = memory_like(rules);
  rules::evaluation evaluation(*std::move(parsed), memory);
  const std::int64_t now_ms = rules.fill(memory);
  const auto value = evaluation.at(now_ms);
  if (!value) return cat("failed\n", value.error().message, "\n");
  std::string out = cat("ok\n", now_ms, "\n");
  std::vector<std::string> lacks;
  for (const rules::selector* const s : rules::selectors_of(evaluation.what()))
    if (std::string lack = lack_of(*s, rules, memory, now_ms);
        !lack.empty() && std::ranges::find(lacks, lack) == lacks.end())
      lacks.push_back(std::move(lack));
  for (const std::string& lack : lacks)
    out += cat("warning\t", lack, "\n");
  if ((*value)->type == rules::value_type::scalar)
    return cat(out, "scalar\t", rules::number_text((*value)->scalar), "\n");
  for (const rules::sample& s : (*value)->samples) {
    out += cat("sample\t", rules::number_text(s.value), "\t", s.text(), "\n");
    if (out.size() > os::max_control_bytes)
      return "failed\nthe answer is too large; have the expression select less, as with topk() or count()\n";
  }
  return out;
}

std::string answer_unknown(std::string_view metrics, rule_runner& rules) {
  rules::series_memory memory = memory_like(rules);
  std::vector<std::pair<std::string, rules::series_memory::selection_id>> asked;
  while (!metrics.empty()) {
    rules::selector s;
    s.metric = take_until(metrics, '\n');
    asked.emplace_back(s.metric, memory.select(s));
  }
  rules.fill(memory);
  std::string out = "ok\n";
  for (const auto& [metric, selection] : asked)
    if (memory.selected(selection).empty()) out += cat(metric, "\n");
  return out;
}

std::string what_it_reads(std::string_view expression, rule_runner& rules) {
  constexpr std::size_t most_shown = 10;
  const auto parsed = rules::parse_expression(expression);
  if (!parsed) return {};
  rules::series_memory memory = memory_like(rules);
  std::vector<const rules::selector*> asked;
  std::vector<rules::series_memory::selection_id> selections;
  for (const rules::selector* const s : rules::selectors_of(**parsed)) {
    if (std::ranges::any_of(asked, [&](const auto* other) { return other->selects_as(*s); })) continue;
    asked.push_back(s);
    selections.push_back(memory.select(*s));
  }
  const std::int64_t now_ms = rules.fill(memory);
  std::string out;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    std::size_t count = 0;
    for (const rules::series* const s : memory.selected(selections[i]))
      if (const rules::point* const newest = s->latest(now_ms); newest && ++count <= most_shown)
        out += cat("  there is ", s->labels().text(), ": ", rules::number_text(newest->value), "\n");
    if (count == 0)
      out +=
          cat("  there is no ", asked[i]->metric.empty() ? "series" : asked[i]->metric, " that it selects\n");
    if (count > most_shown) out += cat("  and ", count - most_shown, " more\n");
  }
  return out;
}

} // namespace reeve::app
