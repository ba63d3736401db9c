// SPDX-License-Identifier: Apache-2.0
#include "leak_evidence.hpp"

#include <algorithm>
#include <cmath>

namespace reeve::handle_leak {

namespace {

float logarithm(double value, double least, double most, double usual) noexcept {
  return static_cast<float>(std::log(std::clamp(value, least, most) / usual));
}

float bounded(double value, double most) noexcept {
  return static_cast<float>(std::clamp(value, -most, most));
}

} // namespace

// The bounds keep what lies far beyond all traces from counting for more than the farthest of them.
evidence evidence_of(const stretch& s) noexcept {
  const floor_trend& t = s.trend;
  evidence e{1,
             logarithm(t.readings, 50, 30'000, 300),
             logarithm(t.rise / std::max(1.0, t.first), 0.03, 5, 0.2),
             logarithm(t.straightness, 5, 120, 15),
             logarithm(t.rise / std::max(0.5, t.range), 0.4, 20, 2),
             logarithm(t.residual / (0.3 * t.range + 0.5), 0.135, 7.4, 1),
             logarithm(t.rise, 3, 100, 10),
             bounded(t.curvature, 1.5),
             bounded(t.curvature / (t.curvature_error + 0.01), 4) / 2,
             bounded(t.bend, 3) / 2,
             logarithm(s.line_over_staircase, 0.8, 6, 1),
             bounded(s.skewness, 3) / 2};
  if (!s.is_later) return e;
  const double span = s.past.most - s.past.least;
  const float speed = bounded(s.speed_before, 10);
  e[12] = 1;
  e[13] = logarithm(s.part_of_life, 0.01, 1, 1);
  e[14] = static_cast<float>(std::clamp((s.past.most - t.first) / t.rise, -0.5, 1.5));
  e[15] = logarithm((t.last - s.past.most) / (span + t.residual + 0.5), 0.2, 10, 1);
  e[16] = std::copysign(std::log1p(std::fabs(speed)), speed);
  e[17] = logarithm(s.life_readings, 50, 30'000, 300);
  e[18] = logarithm(s.past.seconds / t.seconds, 0.05, 4, 1);
  return e;
}

unit_sums sums_of_units(const evidence& e, const evidence_weights& w) noexcept {
  unit_sums sums{};
  for (std::size_t i = 0; i < evidence_inputs; ++i)
    for (std::size_t u = 0; u < evidence_units; ++u)
      sums[u] += e[i] * w[i * evidence_units + u];
  return sums;
}

float log_odds(const evidence& e, const evidence_weights& w, const unit_sums& sums) noexcept {
  float out = 0;
  for (std::size_t u = 0; u < evidence_units; ++u)
    out += std::max(0.0f, sums[u]) * w[weights_of_units + u];
  for (std::size_t i = 0; i < evidence_inputs; ++i)
    out += e[i] * w[weights_of_inputs + i];
  return out;
}

} // namespace reeve::handle_leak
