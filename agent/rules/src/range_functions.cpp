// SPDX-License-Identifier: Apache-2.0
#include "range_functions.hpp"

#include "operators.hpp"

#include <cmath>

namespace reeve::rules {

namespace {

double seconds(std::int64_t ms) {
  return static_cast<double>(ms) / 1000;
}

// A sum whose rounding errors are gathered beside it (Kahan, in Neumaier's form).
struct exact_sum {
  double sum = 0, lost = 0;

  void add(double x) {
    const double next = sum + x;
    lost += std::fabs(sum) >= std::fabs(x) ? (sum - next) + x : (x - next) + sum;
    sum = next;
  }
  double value() const { return std::isinf(sum) ? sum : sum + lost; } // what is lost to infinity is no number
};

// How much a counter, or a gauge, has changed over the whole range, carried on to its ends where samples lie near them;
// divided by `divisor` before it is multiplied, which may be too much for a number.
std::optional<double> change(const range_window& w, bool is_counter, double divisor = 1) {
  const auto& s = w.samples;
  if (s.size() < 2) return std::nullopt;
  double out = s.back().value - s.front().value;
  if (is_counter) {
    double before = 0;
    for (const point& p : s) {
      if (p.value < before) out += before; // begun again at zero
      before = p.value;
    }
  }
  double to_start = seconds(s.front().time_ms - w.from_ms);
  const double to_end = seconds(w.to_ms - s.back().time_ms);
  const double sampled = seconds(s.back().time_ms - s.front().time_ms);
  const double between = sampled / static_cast<double>(s.size() - 1);
  // A counter was not below zero before.
  if (is_counter && out > 0 && s.front().value >= 0)
    to_start = std::fmin(to_start, sampled * (s.front().value / out));
  const double near = between * 1.1;
  const double carried =
      sampled + (to_start < near ? to_start : between / 2) + (to_end < near ? to_end : between / 2);
  return out * (carried / sampled / divisor);
}

std::optional<double> last_change(const range_window& w, bool is_rate) {
  const auto& s = w.samples;
  if (s.size() < 2) return std::nullopt;
  const point &last = s.back(), &before = s[s.size() - 2];
  if (last.time_ms == before.time_ms) return std::nullopt;
  if (!is_rate) return last.value - before.value;
  const double grown = last.value < before.value ? last.value : last.value - before.value;
  return grown / seconds(last.time_ms - before.time_ms);
}

struct line {
  double slope = 0; // per second
  double at_origin = 0;
};

// Least squares.
line fit(std::span<const point> samples, std::int64_t origin_ms) {
  exact_sum x, y, xy, xx;
  bool is_level = true;
  for (const point& p : samples) {
    is_level = is_level && p.value == samples.front().value;
    const double at = seconds(p.time_ms - origin_ms);
    x.add(at);
    y.add(p.value);
    xy.add(at * p.value);
    xx.add(at * at);
  }
  if (is_level) {
    if (std::isinf(samples.front().value)) return {not_a_number, not_a_number};
    return {0, samples.front().value};
  }
  const double n = static_cast<double>(samples.size());
  const double sum_x = x.sum + x.lost, sum_y = y.sum + y.lost;
  const double covariance = (xy.sum + xy.lost) - sum_x * sum_y / n;
  const double variance = (xx.sum + xx.lost) - sum_x * sum_x / n;
  const double slope = covariance / variance;
  return {slope, sum_y / n - slope * sum_x / n};
}

} // namespace

std::optional<double> rate(const range_window& w, double) {
  return change(w, true, seconds(w.to_ms - w.from_ms));
}
std::optional<double> increase(const range_window& w, double) {
  return change(w, true);
}
std::optional<double> delta(const range_window& w, double) {
  return change(w, false);
}
std::optional<double> irate(const range_window& w, double) {
  return last_change(w, true);
}
std::optional<double> idelta(const range_window& w, double) {
  return last_change(w, false);
}

std::optional<double> deriv(const range_window& w, double) {
  if (w.samples.size() < 2) return std::nullopt;
  return fit(w.samples, w.samples.front().time_ms).slope;
}
std::optional<double> predict_linear(const range_window& w, double parameter) {
  if (w.samples.size() < 2) return std::nullopt;
  const line l = fit(w.samples, w.now_ms);
  return l.slope * parameter + l.at_origin;
}

std::optional<double> avg_over_time(const range_window& w, double) {
  exact_sum mean;
  double count = 0;
  for (const point& p : w.samples) {
    ++count;
    // One infinity is the mean for good, unless its opposite or what is no number comes.
    if (std::isinf(mean.sum) && !std::isnan(p.value) &&
        (!std::isinf(p.value) || (mean.sum > 0) == (p.value > 0)))
      continue;
    mean.add(p.value / count - mean.sum / count);
  }
  return mean.value();
}

std::optional<double> sum_over_time(const range_window& w, double) {
  exact_sum sum;
  for (const point& p : w.samples)
    sum.add(p.value);
  return sum.value();
}

std::optional<double> min_over_time(const range_window& w, double) {
  double out = w.samples.front().value;
  for (const point& p : w.samples)
    if (p.value < out || std::isnan(out)) out = p.value;
  return out;
}
std::optional<double> max_over_time(const range_window& w, double) {
  double out = w.samples.front().value;
  for (const point& p : w.samples)
    if (p.value > out || std::isnan(out)) out = p.value;
  return out;
}

std::optional<double> count_over_time(const range_window& w, double) {
  return static_cast<double>(w.samples.size());
}
std::optional<double> last_over_time(const range_window& w, double) {
  return w.samples.back().value;
}
std::optional<double> present_over_time(const range_window&, double) {
  return 1;
}

std::optional<double> changes(const range_window& w, double) {
  int count = 0;
  for (std::size_t i = 1; i < w.samples.size(); ++i) {
    const double now = w.samples[i].value, before = w.samples[i - 1].value;
    if (now != before && !(std::isnan(now) && std::isnan(before))) ++count;
  }
  return count;
}
std::optional<double> resets(const range_window& w, double) {
  int count = 0;
  for (std::size_t i = 1; i < w.samples.size(); ++i)
    if (w.samples[i].value < w.samples[i - 1].value) ++count;
  return count;
}

} // namespace reeve::rules
