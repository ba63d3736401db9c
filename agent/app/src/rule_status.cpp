// SPDX-License-Identifier: Apache-2.0
#include "reeve/app/rule_status.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"

namespace reeve::app {

namespace {

// ASCII's separators of records and units, which no text has by now.
constexpr char record_end = '\x1e', unit_end = '\x1f';

rules::label_list read_labels(std::string_view text) {
  rules::label_list out;
  while (!text.empty()) {
    std::string_view one = take_until(text, record_end);
    const std::string_view name = take_until(one, unit_end);
    out.emplace_back(name, one);
  }
  return out;
}

bool read_firing(std::string_view rest, firing_alert& out) {
  out.source = take_until(rest, '\t');
  out.value = take_until(rest, '\t');
  const std::string_view firing_for = take_until(rest, '\t');
  std::int64_t ns = 0;
  if (!firing_for.empty() && !read_number(firing_for, ns)) return false;
  if (!firing_for.empty()) out.firing_for = nanoseconds(ns);
  out.next = take_until(rest, '\t');
  out.labels = read_labels(rest);
  return true;
}

} // namespace

std::string bare_label_text(const rules::label_list& labels) {
  std::string out;
  for (const auto& [name, value] : labels)
    out += cat(out.empty() ? "" : ", ", name, "=", rules::quoted(value));
  return out;
}

std::string label_text(const rules::label_list& labels) {
  return cat("{", bare_label_text(labels), "}");
}

std::string to_text(const rule_status& status) {
  std::string out = cat("rules\t", status.rules, "\nfiring\t", status.firing_total, "\n");
  for (const firing_alert& a : status.firing) {
    out += cat("alert\t", a.source, "\t", on_one_line(a.value), "\t",
               a.firing_for ? cat(a.firing_for->count()) : "", "\t", on_one_line(a.next), "\t");
    for (const auto& [name, value] : a.labels)
      out += cat(on_one_line(name), unit_end, on_one_line(value), record_end);
    out += "\n";
  }
  for (const auto& [name, why] : status.given_up)
    out += cat("given_up\t", name, "\t", on_one_line(why), "\n");
  return out;
}

result<rule_status> parse_rule_status(std::string_view text) {
  rule_status out;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view what = take_until(line, '\t');
    bool good = false;
    if (what == "rules") good = read_number(line, out.rules);
    if (what == "firing") good = read_number(line, out.firing_total);
    if (what == "alert") good = read_firing(line, out.firing.emplace_back());
    if (what == "given_up") {
      const std::string_view name = take_until(line, '\t');
      out.given_up.emplace_back(name, line);
      good = true;
    }
    if (!good) return error{errc::failed, "the agent's status of rules cannot be read"};
  }
  return out;
}

} // namespace reeve::app
