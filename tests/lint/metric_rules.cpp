// SPDX-License-Identifier: Apache-2.0
#include "metric_rules.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <string_view>

namespace reeve::lint {

namespace {

using test::exposed_family;
using test::exposed_sample;

constexpr std::string_view prefixes[] = {"reeve_", "process_"};
constexpr std::string_view of_others[] = {"namedprocess_", "windows_process_"};
// Prometheus counts in base units: seconds, bytes, ratios.
constexpr std::string_view other_units[] = {
    "milliseconds", "microseconds", "nanoseconds", "ms",      "us",    "ns",
    "minutes",      "hours",        "days",        "percent", "kb",    "mb",
    "kilobytes",    "megabytes",    "kib",         "mib",     "pages", "ticks"};
// promtool refuses a type in a name.
constexpr std::string_view types[] = {"counter", "gauge", "histogram", "summary"};
// Long, private or without bound: they belong on an _info series, if anywhere.
constexpr std::string_view only_on_info[] = {"command_line", "cmdline", "executable", "exe", "user"};
constexpr std::size_t longest_label_value = 256;

bool begins_with_any(std::string_view name, auto& of) {
  return std::any_of(std::begin(of), std::end(of), [&](std::string_view p) { return name.starts_with(p); });
}

bool is_snake_case(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.front() >= 'a' && name.front() <= 'z' && name.back() != '_' &&
         std::all_of(name.begin(), name.end(), plain) && name.find("__") == name.npos;
}

bool has_word(std::string_view name, std::string_view word) {
  for (std::size_t at = name.find(word); at != name.npos; at = name.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || name[at - 1] == '_') && (end == name.size() || name[end] == '_')) return true;
  }
  return false;
}

void check(const exposed_family& f, std::vector<std::string>& out) {
  const auto wrong = [&](std::string_view what) { out.push_back(cat(f.name, ": ", what)); };
  if (!f.has_type || f.type == "untyped" || f.type == "unknown") wrong("has no type");
  if (!f.has_help || f.help.empty()) wrong("has no help");
  if (begins_with_any(f.name, of_others)) return;
  if (f.has_help && !f.help.empty() && !f.help.ends_with('.')) wrong("its help is no sentence");
  if (!begins_with_any(f.name, prefixes)) wrong("its name does not begin with reeve_");
  if (!is_snake_case(f.name)) wrong("its name is not in snake_case");
  if (f.type == "counter" && !f.name.ends_with("_total")) wrong("a counter's name ends in _total");
  if (f.type != "counter" && f.name.ends_with("_total")) wrong("only a counter's name ends in _total");
  for (const std::string_view type : types)
    if (has_word(f.name, type)) wrong(cat("\"", type, "\" is a type"));
  for (const std::string_view unit : other_units)
    if (has_word(f.name, unit)) wrong(cat("\"", unit, "\" is no base unit"));
}

void check(const exposed_sample& s, const exposed_family& f, std::vector<std::string>& out) {
  const auto wrong = [&](std::string_view what) {
    out.push_back(cat(s.name, ", line ", s.line, ": ", what));
  };
  if (begins_with_any(f.name, of_others)) return;
  const bool info = f.name.ends_with("_info");
  if (info && s.value != 1) wrong("an _info series is 1");
  if (f.name.ends_with("_ratio") && !(s.value >= 0 && s.value <= 1)) wrong("a ratio is from 0 to 1");
  if (f.type == "counter" && !(s.value >= 0)) wrong("a counter is not negative");
  for (const auto& [label, value] : s.labels) {
    if (!is_snake_case(label)) wrong(cat("label ", label, " is not in snake_case"));
    if (value.size() > longest_label_value)
      wrong(cat("the value of label ", label, " is longer than 256 bytes"));
    if (!info && std::find(std::begin(only_on_info), std::end(only_on_info), label) != std::end(only_on_info))
      wrong(cat("label ", label, " belongs on an _info series"));
    if (label == "state" && !is_snake_case(value)) wrong(cat("state \"", value, "\" is not in lower case"));
  }
}

} // namespace

std::vector<std::string> metric_problems(const test::exposition& e) {
  std::vector<std::string> out;
  for (const exposed_family& f : e.families)
    check(f, out);
  for (const exposed_sample& s : e.samples)
    check(s, e.families[s.family], out);
  return out;
}

} // namespace reeve::lint
