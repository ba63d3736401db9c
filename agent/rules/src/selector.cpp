// SPDX-License-Identifier: Apache-2.0
#include "reeve/rules/selector.hpp"

#include "pattern.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <re2/stringpiece.h>

namespace reeve::rules {

namespace {

RE2::Options quiet() {
  RE2::Options out;
  out.set_log_errors(false);
  return out;
}

// What the C++ library takes and Go's, which is Prometheus', does not; empty: nothing.
std::string refused_by_go(std::string_view text) {
  // A group costs Go up to four levels of its 1,000: itself, a repetition, a sequence, an alternative.
  constexpr int most_groups = 200;
  int groups = 0;
  bool is_in_class = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      const char escaped = i + 1 < text.size() ? text[++i] : '\0';
      if (escaped == 'C') return "invalid escape sequence: \\C"; // one byte of whatever
      if (escaped != 'Q' || is_in_class) continue;
      i = text.find("\\E", i + 1);
      // There it would take in the end of the anchors around it.
      if (i == text.npos) return "\\Q has no \\E";
      ++i;
    } else if (is_in_class) {
      is_in_class = c != ']';
    } else if (c == '[') {
      is_in_class = true;
      if (i + 1 < text.size() && text[i + 1] == '^') ++i;
      if (i + 1 < text.size() && text[i + 1] == ']') ++i; // the first one is a character
    } else if (c == '(') {
      if (++groups > most_groups) return cat("more than ", most_groups, " groups within each other");
      if (!text.substr(i).starts_with("(?P<")) continue;
      const std::string_view name = text.substr(i + 4, text.find('>', i) - (i + 4));
      if (std::ranges::any_of(name, [](char n) { return (static_cast<unsigned char>(n) & 0x80) != 0; }))
        return cat("invalid named capture: ", name);
    } else if (c == ')') {
      --groups;
    }
  }
  return {};
}

} // namespace

pattern::pattern(std::string_view text) : regex_(re2::StringPiece(text.data(), text.size()), quiet()) {}

result<std::shared_ptr<const pattern>> pattern::make(std::string_view text) {
  if (const std::string why = refused_by_go(text); !why.empty())
    return error{errc::invalid_argument, cat("regular expression: ", why), 0};
  auto made = std::make_shared<const pattern>(text);
  if (!made->regex_.ok())
    return error{errc::invalid_argument, cat("regular expression: ", made->regex_.error()), 0};
  return made;
}

bool pattern::matches(std::string_view value) const {
  return RE2::FullMatch(re2::StringPiece(value.data(), value.size()), regex_);
}

bool matcher::accepts(std::string_view label_value) const {
  switch (is) {
  case relation::equal:
    return label_value == value;
  case relation::not_equal:
    return label_value != value;
  case relation::matches:
    return regex->matches(label_value);
  case relation::matches_not:
    break;
  }
  return !regex->matches(label_value);
}

std::int64_t selector::reach_ms() const noexcept {
  return std::max<std::int64_t>(0, offset_ms + (range_ms > 0 ? range_ms : lookback_ms));
}

bool selector::accepts(const label_set& labels) const {
  if (!metric.empty() && labels.metric() != metric) return false;
  return std::ranges::all_of(matchers, [&](const matcher& m) { return m.accepts(labels.get(m.name)); });
}

} // namespace reeve::rules
