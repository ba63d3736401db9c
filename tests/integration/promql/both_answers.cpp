// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/promql/both_answers.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/rules/evaluation.hpp"

#include <boost/json/parse.hpp>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace reeve::test {

namespace {

using labels_of = std::map<std::string, std::string>;

bool is_close(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (a == b) return true;
  return std::fabs(a - b) <= 1e-9 * std::max(std::fabs(a), std::fabs(b));
}

std::string shown(const labels_of& labels) {
  std::string out = "{";
  for (const auto& [name, value] : labels)
    out += cat(out.size() > 1 ? "," : "", name, "=", rules::quoted(value));
  return out + "}";
}

std::string shown(double value) {
  char out[64];
  std::snprintf(out, sizeof out, "%.17g", value);
  return out;
}

std::string shown(const answer& a) {
  if (a.is_refused) return "refused: " + a.why;
  if (a.is_number) return "number " + shown(a.number);
  std::string out = cat(a.samples.size(), " samples");
  for (const auto& [labels, value] : a.samples)
    out += cat("\n    ", shown(labels), " ", shown(value));
  return out;
}

bool is_same(const answer& a, const answer& b) {
  if (a.is_refused || b.is_refused) return a.is_refused && b.is_refused;
  if (a.is_number != b.is_number) return false;
  if (a.is_number) return is_close(a.number, b.number);
  if (a.samples.size() != b.samples.size()) return false;
  for (auto x = a.samples.begin(), y = b.samples.begin(); x != a.samples.end(); ++x, ++y)
    if (x->first != y->first || !is_close(x->second, y->second)) return false;
  return true;
}

answer refused(std::string why) {
  answer out;
  out.is_refused = true;
  out.why = std::move(why);
  return out;
}

double number_in(const boost::json::value& pair) {
  return std::strtod(std::string(pair.at(1).as_string()).c_str(),
                     nullptr); // of the smallest std::stod() makes an error
}

} // namespace

result<std::unique_ptr<both_answers>> both_answers::over(const std::string& samples) {
  auto server = prometheus_server::start_over(samples);
  if (!server) return server.error();
  auto read = rules::read_samples(samples);
  if (!read) return read.error();
  auto memory = memory_of_all();
  rules::load_samples(*std::move(read), *memory);
  return std::make_unique<both_answers>(*std::move(server), std::move(memory));
}

std::unique_ptr<rules::series_memory> both_answers::memory_of_all() {
  rules::memory_limits limits;
  limits.forgets = false;
  auto out = std::make_unique<rules::series_memory>(limits);
  const rules::evaluation all(*rules::parse_expression("{__name__!=\"\"}"), *out);
  return out;
}

answer both_answers::of_reeve(const std::string& expression, std::int64_t at_ms) const {
  auto parsed = rules::parse_expression(expression);
  if (!parsed) return refused(rules::describe(parsed.error(), expression));
  rules::evaluation e(*std::move(parsed), *memory_);
  const auto value = e.at(at_ms);
  if (!value) return refused(value.error().message);
  answer out;
  out.is_number = (*value)->type == rules::value_type::scalar;
  out.number = (*value)->scalar;
  for (const rules::sample& s : (*value)->samples) {
    labels_of labels;
    if (s.has_metric && !s.labels->metric().empty()) labels["__name__"] = s.labels->metric();
    for (const rules::label& l : s.labels->others())
      if (!labels.emplace(l.name, l.value).second) return refused(cat("twice the label ", l.name));
    if (!out.samples.emplace(std::move(labels), s.value).second) return refused("twice the same labels");
  }
  return out;
}

answer both_answers::of_prometheus(const std::string& expression, std::int64_t at_ms) const {
  char time[32];
  std::snprintf(time, sizeof time, "%lld.%03lld", static_cast<long long>(at_ms / 1000),
                static_cast<long long>(at_ms % 1000));
  const auto body = server_->api("query", {{"query", expression}, {"time", time}});
  if (!body) return refused(body.error().message);
  const auto data = boost::json::parse(*body).at("data");
  const std::string_view type = data.at("resultType").as_string();
  answer out;
  if (type == "scalar") {
    out.is_number = true;
    out.number = number_in(data.at("result"));
    return out;
  }
  if (type != "vector") return refused(cat("a result of type ", type));
  for (const auto& row : data.at("result").as_array()) {
    labels_of labels;
    for (const auto& l : row.at("metric").as_object())
      labels[std::string(l.key())] = std::string(l.value().as_string());
    out.samples.emplace(std::move(labels), number_in(row.at("value")));
  }
  return out;
}

both_answers::comparison both_answers::compare(const std::string& expression, std::int64_t at_ms) const {
  comparison out;
  const answer ours = of_reeve(expression, at_ms);
  out.theirs = of_prometheus(expression, at_ms);
  if (!is_same(ours, out.theirs))
    out.difference =
        cat(expression, " at ", at_ms, "\n  Reeve: ", shown(ours), "\n  Prometheus: ", shown(out.theirs));
  return out;
}

std::vector<std::string> fixture_lines(const std::string& file) {
  std::istringstream text(
      read_file(std::filesystem::path(REEVE_SOURCE_DIR) / "tests" / "fixtures" / "promql" / file));
  std::vector<std::string> out;
  for (std::string line; std::getline(text, line);)
    if (!line.empty() && !line.starts_with("# ")) out.push_back(line);
  return out;
}

} // namespace reeve::test
