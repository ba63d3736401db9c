// SPDX-License-Identifier: Apache-2.0
#include "leak_detector.hpp"

#include <algorithm>
#include <cmath>

namespace reeve::handle_leak {

namespace {

// How quickly the smoothed odds follow, per judgement. What was suspected is forgotten slowly, so that a suspicion does
// not flicker.
constexpr double smoothing = 0.25;
constexpr double smoothing_of_suspicion = 0.03;
constexpr double suspicion_ends = -1.5;
constexpr double candidate_from = -1.5;

// The longer the life, the less a few readings change of it: a power of two.
std::uint32_t readings_between_judgements(std::uint32_t readings) noexcept {
  return readings < 512 ? 2 : readings < 2048 ? 4 : 8;
}

// What goes on longer or further than caches are taken to fill, evenly and without slowing down, is a leak whatever the
// fitted evidence says, which knows no more than the traces that it was fitted to.
bool is_beyond_doubt(const stretch& s, double sensitivity) noexcept {
  constexpr double sixfold = 5, readings_of_sixfold = 80; // a rise by the floor at its beginning
  constexpr double readings_of_long = 500;
  constexpr double least_straightness = 8, least_line_over_staircase = 0.9;
  constexpr double most_slowing = 0.14, most_quickening = 1.2, sure_errors = 1.5;
  constexpr double least_rise_by_range = 4; // even great collections do not give it back
  const floor_trend& t = s.trend;
  const double readings = t.readings * sensitivity;
  const bool is_sixfold = t.rise >= sixfold * std::max(1.0, t.first) && readings >= readings_of_sixfold;
  const bool is_long = !s.is_later && readings >= readings_of_long;
  return (is_sixfold || is_long) && t.straightness >= least_straightness &&
         s.line_over_staircase >= least_line_over_staircase && t.rise >= least_rise_by_range * t.range &&
         t.curvature >= -std::max(most_slowing, sure_errors * t.curvature_error) &&
         t.curvature <= most_quickening;
}

} // namespace

const leak_verdict& leak_detector::add(double seconds, double value) noexcept {
  if (std::isnan(first_seconds_))
    first_seconds_ = last_seconds_ = seconds;
  else if (!(seconds > last_seconds_))
    return verdict_;
  last_seconds_ = seconds;
  const double age = seconds - first_seconds_;
  if (age < options_.warm_up_seconds) return verdict_;
  const bool is_block_complete = life_.add(age, value / options_.unit);
  if (life_.began_anew()) {
    verdict_ = {};
    log_odds_ = -surest;
  }
  if (is_block_complete && life_.readings() % readings_between_judgements(life_.readings()) == 0) judge();
  return verdict_;
}

void leak_detector::judge() noexcept {
  double now = -surest, slope = 0, floor = 0;
  const double shift = std::log(options_.sensitivity);
  see_stretches(life_, [&](const stretch& s) {
    const double odds = is_beyond_doubt(s, options_.sensitivity)
                            ? surest
                            : log_odds(evidence_of(s), *options_.weights) + shift;
    if (slope == 0 || odds > now) {
      now = std::max(now, odds);
      slope = s.trend.slope;
      floor = s.trend.last;
    }
    return now < surest;
  });
  now = std::min(now, surest);
  log_odds_ +=
      (verdict_.suspected && now < log_odds_ ? smoothing_of_suspicion : smoothing) * (now - log_odds_);
  if (log_odds_ > 0) verdict_.suspected = true;
  if (log_odds_ < suspicion_ends) verdict_.suspected = false;
  verdict_.candidate = verdict_.suspected || log_odds_ > candidate_from;
  if (!verdict_.candidate) {
    verdict_ = {};
    return;
  }
  verdict_.confidence = 1 / (1 + std::exp(-log_odds_));
  if (slope > 0) {
    verdict_.slope_per_second = slope * options_.unit;
    verdict_.floor = floor * options_.unit;
  }
}

std::optional<double> seconds_to_limit(const leak_verdict& v, double limit) noexcept {
  if (!(v.slope_per_second > 0) || !std::isfinite(limit)) return std::nullopt;
  return std::max(0.0, (limit - v.floor) / v.slope_per_second);
}

} // namespace reeve::handle_leak
