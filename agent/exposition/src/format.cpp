// SPDX-License-Identifier: Apache-2.0
#include "reeve/exposition/format.hpp"

#include <algorithm>
#include <charconv>

namespace reeve::exposition {

namespace {

std::string_view trimmed(std::string_view text) noexcept {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

// What stands before the next separator outside of quotes; `rest` keeps what follows it.
std::string_view take_until(std::string_view& rest, char separator) noexcept {
  bool quoted = false;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '"') quoted = !quoted;
    if (quoted || rest[i] != separator) continue;
    const std::string_view taken = rest.substr(0, i);
    rest.remove_prefix(i + 1);
    return trimmed(taken);
  }
  const std::string_view taken = rest;
  rest = {};
  return trimmed(taken);
}

bool same_word(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

// In thousandths, as RFC 9110 section 12.4.2 writes them; what cannot be read counts as a refusal.
int weight_of(std::string_view text) noexcept {
  double weight = 0;
  const auto [stop, status] =
      std::from_chars(text.data(), text.data() + text.size(), weight, std::chars_format::fixed);
  if (status != std::errc{} || stop != text.data() + text.size() || !(weight >= 0 && weight <= 1)) return 0;
  return static_cast<int>(weight * 1000 + 0.5);
}

struct media_range {
  std::string_view type;
  std::string_view version;
  int weight = 1000;
};

media_range parse_range(std::string_view text) noexcept {
  media_range range;
  range.type = take_until(text, ';');
  while (!text.empty()) {
    std::string_view value = take_until(text, ';');
    const std::string_view name = take_until(value, '=');
    value = trimmed(value);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    if (same_word(name, "version")) range.version = value;
    if (same_word(name, "q")) range.weight = weight_of(value);
  }
  return range;
}

} // namespace

std::string content_type(format f) {
  return f == format::openmetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                  : "text/plain; version=0.0.4; charset=utf-8";
}

format negotiate(std::string_view accept_header) {
  int openmetrics = 0;
  int text = 0;
  int text_precision = 0; // RFC 9110: the most precise range that matches decides
  while (!accept_header.empty()) {
    const media_range range = parse_range(take_until(accept_header, ','));
    if (same_word(range.type, "application/openmetrics-text")) {
      if (range.version.empty() || range.version == "1.0.0")
        openmetrics = std::max(openmetrics, range.weight);
      continue;
    }
    int precision = 0;
    if (same_word(range.type, "*/*")) precision = 1;
    if (same_word(range.type, "text/*")) precision = 2;
    if (same_word(range.type, "text/plain") && range.version.empty()) precision = 3;
    if (same_word(range.type, "text/plain") && range.version == "0.0.4") precision = 4;
    if (precision == 0 || precision < text_precision) continue;
    text = precision == text_precision ? std::max(text, range.weight) : range.weight;
    text_precision = precision;
  }
  return openmetrics > 0 && openmetrics >= text ? format::openmetrics : format::text;
}

} // namespace reeve::exposition
