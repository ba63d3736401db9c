// SPDX-License-Identifier: Apache-2.0
#include "reeve/rules/number_text.hpp"

#include <charconv>
#include <cmath>

namespace reeve::rules {

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  const double magnitude = std::fabs(value);
  const bool has_exponent = magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21);
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, value,
                              has_exponent ? std::chars_format::scientific : std::chars_format::fixed)
                    .ptr};
}

} // namespace reeve::rules
