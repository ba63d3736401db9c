// SPDX-License-Identifier: Apache-2.0
#include "reeve/rules/summary_template.hpp"

#include "label_text.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/rules/number_text.hpp"

#include <algorithm>

namespace reeve::rules {

namespace {

std::string_view without_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

} // namespace

boost::system::result<summary_template, expression_problem> summary_template::parse(std::string_view text) {
  constexpr std::string_view labels = "$labels.";
  summary_template out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = std::min(text.find("{{", at), text.size());
    if (open > at) out.pieces_.push_back({piece::kind::words, std::string(text.substr(at, open - at))});
    if (open == text.size()) break;
    const std::size_t close = text.find("}}", open);
    if (close == text.npos) return expression_problem{open, "{{ has no }}", {}};
    const std::string_view inner = without_blanks(text.substr(open + 2, close - open - 2));
    std::string_view name = inner.starts_with(labels) ? inner.substr(labels.size()) : std::string_view();
    if (inner == "$value") {
      out.pieces_.push_back({piece::kind::value, {}});
    } else if (const std::string_view whole = name; !whole.empty() && take_name(name) == whole) {
      out.pieces_.push_back({piece::kind::label, std::string(whole)});
    } else {
      return expression_problem{open, cat("{{ ", inner, " }} stands for nothing"),
                                "there are {{ $labels.NAME }} and {{ $value }}, and no functions"};
    }
    at = close + 2;
  }
  return out;
}

std::string summary_template::text(const label_list& labels, double value) const {
  std::string out;
  for (const piece& p : pieces_) {
    if (p.is == piece::kind::words) {
      out += p.text;
    } else if (p.is == piece::kind::value) {
      out += number_text(value);
    } else {
      const auto at = std::ranges::find(labels, p.text, &label_list::value_type::first);
      if (at != labels.end()) out += at->second;
    }
  }
  return out;
}

} // namespace reeve::rules
