// SPDX-License-Identifier: Apache-2.0
#include "reeve/store/sample_names.hpp"

#include <charconv>
#include <cmath>

namespace reeve::store {

std::string_view sample_suffix(metric_kind kind) noexcept {
  switch (kind) {
  case metric_kind::counter:
    return "_total";
  case metric_kind::info:
    return "_info";
  case metric_kind::gauge:
  case metric_kind::histogram:
    break;
  }
  return "";
}

std::string canonical_bound(double bound) {
  char text[32];
  const double magnitude = std::fabs(bound);
  if (magnitude != 0 && (magnitude < 1e-4 || magnitude >= 1e6))
    return {text, std::to_chars(text, text + sizeof text, bound, std::chars_format::scientific).ptr};
  std::string fixed(text, std::to_chars(text, text + sizeof text, bound, std::chars_format::fixed).ptr);
  if (fixed.find('.') == std::string::npos) fixed += ".0";
  return fixed;
}

} // namespace reeve::store
