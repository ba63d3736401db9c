// SPDX-License-Identifier: Apache-2.0
#include "series_values.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/rules/expression.hpp"
#include "reeve/rules/series_memory.hpp"

#include <algorithm>
#include <charconv>
#include <variant>

namespace reeve::cli {

namespace {

using values = std::vector<std::optional<double>>;

constexpr std::size_t most_values = 1'000'000;

// Takes a number from the beginning of `rest`.
std::optional<double> take_number(std::string_view& rest) {
  const bool is_positive = rest.starts_with('+');
  const std::string_view digits = rest.substr(is_positive ? 1 : 0);
  double out = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (problem != std::errc() || (is_positive && digits.starts_with('-'))) return std::nullopt;
  rest = digits.substr(static_cast<std::size_t>(end - digits.data()));
  return out;
}

// Takes "x" and a count; nothing: it is none.
std::optional<std::size_t> take_count(std::string_view& rest) {
  if (!rest.starts_with('x')) return std::nullopt;
  std::size_t out = 0;
  const auto [end, problem] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), out);
  if (problem != std::errc() || end != rest.data() + rest.size() || out > most_values) return std::nullopt;
  rest = {};
  return out;
}

bool append_word(std::string_view rest, values& out) {
  if (rest == "stale") {
    out.emplace_back(rules::stale_mark());
    return true;
  }
  if (rest.starts_with('_')) {
    rest.remove_prefix(1);
    const auto count = rest.empty() ? std::optional<std::size_t>(1) : take_count(rest);
    if (count) out.insert(out.end(), *count, std::nullopt);
    return count.has_value();
  }
  const auto first = take_number(rest);
  if (!first) return false;
  double step = 0;
  if (rest.starts_with('+') || rest.starts_with('-')) {
    const auto read = take_number(rest);
    if (!read || rest.empty()) return false;
    step = *read;
  }
  const auto more = rest.empty() ? std::optional<std::size_t>(0) : take_count(rest);
  if (!more) return false;
  double value = *first; // added up, as promtool does
  for (std::size_t i = 0; i <= *more; ++i, value += step)
    out.emplace_back(value);
  return true;
}

} // namespace

result<values> read_series_values(std::string_view text) {
  values out;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
    if (text.empty()) return out;
    const std::string_view word = text.substr(0, text.find_first_of(" \t\n"));
    text.remove_prefix(word.size());
    if (!append_word(word, out))
      return error{errc::invalid_argument,
                   cat("\"", word, "\" is no value; as in \"1\", \"1+2x3\", \"_x3\", \"stale\"")};
    if (out.size() > most_values) return error{errc::limit, cat("more than ", most_values, " values")};
  }
}

result<rules::label_set_ptr> read_sample_labels(std::string_view text) {
  if (text == "{}") return rules::label_set::make({}, {}); // as an expression it would select everything
  const auto parsed = rules::parse_expression(text);
  if (!parsed) return error{errc::invalid_argument, rules::describe(parsed.error(), text)};
  const auto* const s = std::get_if<rules::selector>(&(*parsed)->is);
  if (!s || s->offset_ms != 0) return error{errc::invalid_argument, "it is no series, as in up{job=\"a\"}"};
  std::vector<rules::label> labels;
  for (const rules::matcher& m : s->matchers) {
    if (m.is != rules::matcher::relation::equal)
      return error{errc::invalid_argument,
                   cat("a series has labels with =, and ", m.name, " has another relation")};
    labels.push_back({m.name, m.value});
  }
  return rules::label_set::make(s->metric, std::move(labels));
}

result<rules::label_set_ptr> read_series_labels(std::string_view text) {
  auto out = read_sample_labels(text);
  if (out && (*out)->metric().empty())
    return error{errc::invalid_argument, "it is no series, as in up{job=\"a\"}"};
  return out;
}

} // namespace reeve::cli
