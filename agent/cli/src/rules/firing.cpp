// SPDX-License-Identifier: Apache-2.0
#include "firing.hpp"

#include "ps/printable.hpp"
#include "ps/text_table.hpp"
#include "rules/agent_request.hpp"

#include "reeve/base/strings.hpp"

#include <boost/json/array.hpp>

#include <chrono>
#include <utility>
#include <vector>

namespace reeve::cli {

namespace {

constexpr std::size_t widest_labels = 120; // columns

std::string shown(const rules::label_list& labels) {
  std::string text = printable(app::label_text(labels));
  if (display_width(text) <= widest_labels) return text;
  std::size_t columns = widest_labels - 3;
  return cat(fit(text, columns), "...");
}

} // namespace

result<app::rule_status> ask_firing(const std::string& instance) {
  const auto answer = ask_about_rules(instance, "status");
  if (!answer) return answer.error();
  return app::parse_rule_status(*answer);
}

boost::json::object firing_json(const app::rule_status& status) {
  boost::json::array firing;
  for (const app::firing_alert& a : status.firing) {
    boost::json::object labels;
    for (const auto& [name, value] : a.labels)
      labels[name] = value;
    boost::json::object one{
        {"rule", a.source}, {"labels", std::move(labels)}, {"value", a.value}, {"next", a.next}};
    one["firing_for_seconds"] = a.firing_for
                                    ? boost::json::value(std::chrono::duration<double>(*a.firing_for).count())
                                    : boost::json::value();
    firing.push_back(std::move(one));
  }
  boost::json::array given_up;
  for (const auto& [name, why] : status.given_up)
    given_up.push_back(boost::json::object{{"rule", name}, {"why", why}});
  return {{"rules", status.rules},
          {"firing", std::move(firing)},
          {"firing_total", status.firing_total},
          {"given_up", std::move(given_up)}};
}

std::string firing_text(const app::rule_status& status, const table_style& style) {
  if (status.rules == 0 && status.firing_total == 0 && status.given_up.empty()) return {};
  std::string out = "\n";
  std::vector<std::vector<cell>> rows;
  for (const app::firing_alert& a : status.firing)
    rows.push_back(
        {{printable(a.source), tint::warning},
         {a.firing_for ? format_duration(std::chrono::floor<std::chrono::seconds>(*a.firing_for)) : "-"},
         {printable(a.value)},
         {shown(a.labels)},
         {printable(a.next)}});
  if (rows.empty())
    out += cat("no rule fires (", status.rules, " rule", status.rules == 1 ? "" : "s", ")\n");
  else
    out += render_table({{"RULE"}, {"FOR", true}, {"VALUE", true}, {"LABELS"}, {"NEXT"}}, rows, style);
  if (status.firing_total > status.firing.size())
    out += cat("and ", status.firing_total - status.firing.size(), " more\n");
  for (const auto& [name, why] : status.given_up)
    out += cat("rule ", name, " was given up: ", printable(why), "; reeve reset ", name, " begins anew\n");
  return out;
}

} // namespace reeve::cli
