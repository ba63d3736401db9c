// SPDX-License-Identifier: Apache-2.0
#include "query_json.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/rules/number_text.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace reeve::cli {

namespace {

std::string quoted(std::string_view text) {
  return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

// [1700000000.5,"12"]
std::string pair_of(std::int64_t at_ms, double value) {
  std::string time = cat(at_ms < 0 ? "-" : "", (at_ms < 0 ? -at_ms : at_ms) / 1000);
  if (const std::int64_t rest = (at_ms < 0 ? -at_ms : at_ms) % 1000; rest != 0)
    time += cat(".", rest < 100 ? "0" : "", rest < 10 ? "0" : "", rest);
  return cat("[", time, ",", quoted(rules::number_text(value)), "]");
}

std::string metric_of(const rules::sample& s) {
  std::string out;
  const auto put = [&](std::string_view name, std::string_view value) {
    out += cat(out.empty() ? "" : ",", quoted(name), ":", quoted(value));
  };
  if (s.has_metric && !s.labels->metric().empty()) put(rules::metric_name_label, s.labels->metric());
  for (const rules::label& l : s.labels->others())
    put(l.name, l.value);
  return cat("{", out, "}");
}

std::string success(std::string_view type, std::string_view result,
                    const std::vector<std::string>& warnings) {
  std::string told;
  for (const std::string& w : warnings)
    told += cat(told.empty() ? R"(,"warnings":[)" : ",", quoted(w));
  if (!told.empty()) told += "]";
  return cat(R"({"status":"success","data":{"resultType":")", type, R"(","result":)", result, "}", told,
             "}\n");
}

} // namespace

std::vector<rules::sample> in_order(std::vector<rules::sample> samples) {
  std::ranges::sort(samples, {}, [](const rules::sample& s) { return s.text(); });
  return samples;
}

std::string query_json(const rules::instant_value& value, std::int64_t at_ms,
                       const std::vector<std::string>& warnings) {
  if (value.type == rules::value_type::scalar)
    return success("scalar", pair_of(at_ms, value.scalar), warnings);
  std::string rows;
  for (const rules::sample& s : in_order(value.samples))
    rows += cat(rows.empty() ? "" : ",", R"({"metric":)", metric_of(s), R"(,"value":)",
                pair_of(at_ms, s.value), "}");
  return success("vector", cat("[", rows, "]"), warnings);
}

std::string query_failed_json(std::string_view kind, std::string_view message) {
  return cat(R"({"status":"error","errorType":)", quoted(kind), R"(,"error":)", quoted(message), "}\n");
}

} // namespace reeve::cli
