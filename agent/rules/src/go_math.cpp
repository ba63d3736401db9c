// SPDX-License-Identifier: Apache-2.0
#include "go_math.hpp"

#include <cmath>
#include <cstdint>

namespace reeve::rules {

namespace {

constexpr double reciprocal_of_ln_2 = 1.44269504088896340735992468100189214;
constexpr double log10_of_2 = 0.30102999566398119521373889472449302677;

// A number as fraction * 2^exponent: products of it leave the range of a double only when they are put together.
struct scaled {
  double fraction = 1;
  std::int64_t exponent = 0;
};

// base^n by squaring, onto `out`. The exponent of what neither fits nor ever will is enough to say so.
void multiply_by_power(scaled& out, double base, std::uint64_t n) {
  constexpr std::int64_t most_exponent = 1 << 12;
  int first = 0;
  scaled square{std::frexp(base, &first), first};
  for (; n != 0; n >>= 1) {
    if (square.exponent < -most_exponent || square.exponent > most_exponent) {
      out.exponent += square.exponent;
      return;
    }
    if ((n & 1) != 0) {
      out.fraction *= square.fraction;
      out.exponent += square.exponent;
    }
    square.fraction *= square.fraction;
    square.exponent *= 2;
    if (square.fraction < 0.5) {
      square.fraction += square.fraction;
      --square.exponent;
    }
  }
}

} // namespace

double power_as_go(double base, double exponent) noexcept {
  if (exponent == 0.5) return std::sqrt(base);
  if (exponent == -0.5) return 1 / std::sqrt(base);
  const double size = std::fabs(exponent);
  // The others are exact, infinite or no numbers, in both alike.
  const bool is_plain =
      std::isfinite(base) && base != 0 && base != 1 && exponent != 0 && exponent != 1 && size < 9.2e18;
  double whole = 0;
  double rest = std::modf(size, &whole);
  if (!is_plain || (rest != 0 && base < 0)) return std::pow(base, exponent);
  scaled out;
  if (rest != 0) {
    if (rest > 0.5) {
      --rest;
      ++whole;
    }
    out.fraction = std::exp(rest * std::log(base));
  }
  multiply_by_power(out, base, static_cast<std::uint64_t>(whole));
  if (exponent < 0) {
    out.fraction = 1 / out.fraction;
    out.exponent = -out.exponent;
  }
  constexpr std::int64_t beyond = 5000; // no double has such an exponent
  const std::int64_t within =
      out.exponent > beyond ? beyond : (out.exponent < -beyond ? -beyond : out.exponent);
  return std::ldexp(out.fraction, static_cast<int>(within));
}

double log2_as_go(double x) noexcept {
  if (!std::isfinite(x) || x <= 0) return std::log2(x);
  int exponent = 0;
  const double fraction = std::frexp(x, &exponent);
  // Of a power of two it is exact.
  if (fraction == 0.5) return exponent - 1;
  return std::log(fraction) * reciprocal_of_ln_2 + exponent;
}

double log10_as_go(double x) noexcept {
  return log2_as_go(x) * log10_of_2;
}

} // namespace reeve::rules
