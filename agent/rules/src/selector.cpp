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

// One byte of whatever: only the C++ library has it, not Go's, which is Prometheus'.
bool has_any_byte(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i)
    if (text[i] == '\\' && text[++i] == 'C') return true;
  return false;
}

} // namespace

pattern::pattern(std::string_view text) : regex_(re2::StringPiece(text.data(), text.size()), quiet()) {}

result<std::shared_ptr<const pattern>> pattern::make(std::string_view text) {
  if (has_any_byte(text))
    return error{errc::invalid_argument, "regular expression: invalid escape sequence: \\C", 0};
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
