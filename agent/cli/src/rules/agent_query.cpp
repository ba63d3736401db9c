// SPDX-License-Identifier: Apache-2.0
#include "agent_query.hpp"

#include "rules/agent_request.hpp"
#include "rules/series_values.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"

#include <cstdlib>

namespace reeve::cli {

namespace {

bool read_value(std::string_view text, double& out) {
  const std::string whole(text);
  char* end = nullptr;
  out = std::strtod(whole.c_str(), &end);
  return !whole.empty() && end == whole.c_str() + whole.size();
}

bool read_line(std::string_view line, agent_value& out) {
  const std::string_view what = take_until(line, '\t');
  if (what == "warning") {
    out.warnings.emplace_back(line);
    return true;
  }
  if (what == "scalar") return read_value(line, out.value.scalar);
  rules::sample s;
  if (what != "sample" || !read_value(take_until(line, '\t'), s.value)) return false;
  auto labels = read_sample_labels(line);
  if (!labels) return false;
  out.labels.push_back(*std::move(labels));
  s.labels = out.labels.back().get();
  s.has_metric = true;
  out.value.samples.push_back(s);
  return true;
}

} // namespace

result<agent_value> evaluate_in_agent(const std::string& instance, std::string_view expression,
                                      rules::value_type type) {
  const auto answer = ask_about_rules(instance, cat("eval ", expression));
  if (!answer) return answer.error();
  std::string_view rest = *answer;
  agent_value out;
  out.value.type = type;
  bool is_good = read_number(take_until(rest, '\n'), out.at_ms);
  while (is_good && !rest.empty())
    is_good = read_line(take_until(rest, '\n'), out);
  if (!is_good) return error{errc::failed, "the agent's answer cannot be read"};
  return out;
}

result<std::set<std::string>> unknown_to_agent(const std::string& instance,
                                               const std::set<std::string>& metrics) {
  std::string request = "unknown ";
  for (const std::string& metric : metrics)
    request += metric + "\n";
  const auto answer = ask_about_rules(instance, request);
  if (!answer) return answer.error();
  std::set<std::string> out;
  for (std::string_view rest = *answer; !rest.empty();)
    out.emplace(take_until(rest, '\n'));
  return out;
}

} // namespace reeve::cli
