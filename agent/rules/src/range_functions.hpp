// SPDX-License-Identifier: Apache-2.0
// What a function makes of one series' samples in a range; nothing: too few of them. `parameter` is of predict_linear, in
// seconds. The formulas are those of Prometheus 2.42 (promql/functions.go), restated.
#pragma once

#include "functions.hpp"

#include <optional>

namespace reeve::rules {

std::optional<double> rate(const range_window& w, double parameter);
std::optional<double> increase(const range_window& w, double parameter);
std::optional<double> delta(const range_window& w, double parameter);
std::optional<double> irate(const range_window& w, double parameter);
std::optional<double> idelta(const range_window& w, double parameter);
std::optional<double> deriv(const range_window& w, double parameter);
std::optional<double> predict_linear(const range_window& w, double parameter);
std::optional<double> avg_over_time(const range_window& w, double parameter);
std::optional<double> sum_over_time(const range_window& w, double parameter);
std::optional<double> min_over_time(const range_window& w, double parameter);
std::optional<double> max_over_time(const range_window& w, double parameter);
std::optional<double> count_over_time(const range_window& w, double parameter);
std::optional<double> last_over_time(const range_window& w, double parameter);
std::optional<double> present_over_time(const range_window& w, double parameter);
std::optional<double> changes(const range_window& w, double parameter);
std::optional<double> resets(const range_window& w, double parameter);

} // namespace reeve::rules
