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

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// How much of `text` is a number where Prometheus reads values: 0x2 is twice 0 there, and Infx2 is a name.
std::size_t length_of_number(std::string_view text) {
  std::size_t length = 0;
  const auto skip_digits = [&] {
    while (length < text.size() && is_digit(text[length]))
      ++length;
  };
  if (!text.empty() && text[0] != '.' && !is_digit(text[0])) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:";
    return std::min(text.find_first_not_of(letters), text.size());
  }
  skip_digits();
  if (text.substr(length).starts_with('.')) {
    ++length;
    skip_digits();
  }
  if (text.substr(length).starts_with('e') || text.substr(length).starts_with('E')) {
    ++length;
    if (text.substr(length).starts_with('+') || text.substr(length).starts_with('-')) ++length;
    skip_digits();
  }
  return length;
}

// Takes a number, with or without a sign, from the beginning of `rest`. It is one as expressions have it: 010 is 8.
std::optional<double> take_number(std::string_view& rest) {
  const bool is_negative = rest.starts_with('-');
  if (is_negative || rest.starts_with('+')) rest.remove_prefix(1);
  const std::size_t length = length_of_number(rest);
  const auto parsed = rules::parse_expression(rest.substr(0, length));
  const auto* const number = parsed ? std::get_if<rules::number_literal>(&(*parsed)->is) : nullptr;
  if (!number) return std::nullopt;
  rest.remove_prefix(length);
  return is_negative ? -number->value : number->value;
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
  double step = -0.0; // which changes no value, not even another -0
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
  constexpr std::string_view blanks = " \t\r";
  text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  if (text.find('\n') != text.npos)
    return error{errc::invalid_argument, "the values stand on several lines; a backslash at the end of one "
                                         "that is in three double quotes joins it with the next"};
  values out;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    if (text.empty()) return out;
    const std::string_view word = text.substr(0, text.find_first_of(blanks));
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
    if (std::ranges::find(labels, m.name, &rules::label::name) != labels.end())
      return error{errc::invalid_argument, cat("the label ", m.name, " stands there twice")};
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
