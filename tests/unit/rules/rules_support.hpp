// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/strings.hpp"
#include "reeve/rules/rule.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::rules::test {

inline expression_ptr parsed(std::string_view text) {
  auto out = parse_expression(text);
  if (!out) throw std::runtime_error(describe(out.error(), text));
  return *std::move(out);
}

// "x" or "x[5m]".
inline selector selected_by(std::string_view text) {
  if (text.find('[') == text.npos) return std::get<selector>(parsed(text)->is);
  const expression_ptr call = parsed(cat("last_over_time(", text, ")"));
  return std::get<selector>(std::get<function_call>(call->is).arguments.at(0)->is);
}

inline label_set_ptr labels(std::string_view metric, std::vector<label> others = {}) {
  return label_set::make(metric, std::move(others));
}

inline rule rule_of(std::string name, std::string text) {
  rule out;
  out.expression = parsed(text);
  out.name = std::move(name);
  out.text = std::move(text);
  return out;
}

// One rule alone: vector<rule> takes no list of them, for they cannot be copied.
inline std::vector<rule> only(rule r) {
  std::vector<rule> out;
  out.push_back(std::move(r));
  return out;
}

// "firing a {x=1} 5" of each.
inline std::vector<std::string> texts(const std::vector<alert_change>& changes) {
  static constexpr std::string_view kinds[] = {"pending", "firing", "resolved", "cleared"};
  std::vector<std::string> out;
  for (const alert_change& c : changes) {
    std::string of;
    for (const auto& [name, value] : c.who.labels)
      of += cat(of.empty() ? "" : ",", name, "=", value);
    out.push_back(cat(kinds[static_cast<std::size_t>(c.what)], " ", c.who.rule, " {", of, "} ", c.who.value));
  }
  return out;
}

} // namespace reeve::rules::test
