// SPDX-License-Identifier: Apache-2.0
// What Prometheus computes by Go's package math, whose results differ from the C library's beyond the last digit (1.0000001 to
// the power of 1e9 by 6e-9), or just enough that floor() shows it. The methods are those of Go 1.19, math/pow.go, math/log10.go.
#pragma once

namespace reeve::rules {

double power_as_go(double base, double exponent) noexcept;
double log2_as_go(double x) noexcept;
double log10_as_go(double x) noexcept;

} // namespace reeve::rules
