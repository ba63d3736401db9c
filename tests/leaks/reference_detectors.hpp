// SPDX-License-Identifier: Apache-2.0
// What is used today to find leaks, to be compared with.
#pragma once

#include "score.hpp"

namespace reeve::leaks {

// Prometheus: deriv(x[60 readings]) > 0, for 60 readings.
judge deriv_above_zero(const trace& t);
// Prometheus: predict_linear(x[60 readings], the time of 240 readings) > limit, for 30 readings.
judge predict_linear_above_limit(const trace& t);
// Mann-Kendall's test over the whole life, one-sided at 0.001 and at least 60 readings, with a Theil-Sen slope above 0.
judge mann_kendall_theil_sen(const trace& t);
// x > 0.8 * limit, for 5 readings.
judge threshold_of_80_percent(const trace& t);

struct reference {
  const char* name;
  make_judge make;
};
const std::vector<reference>& reference_detectors();

} // namespace reeve::leaks
