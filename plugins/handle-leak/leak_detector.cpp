// SPDX-License-Identifier: Apache-2.0
#include "leak_detector.hpp"

#include <algorithm>
#include <cmath>

namespace reeve::handle_leak {

namespace {

// Found on traces of other seeds than those it is tested with; see tests/leaks.

// Where stretches begin, in parts of the life so far: the first four leave out a warm-up.
constexpr double stretch_begins[] = {0, 0.125, 0.25, 1.0 / 3, 0.5, 0.6, 0.7};
constexpr double most_of_life = 0.66;
constexpr std::size_t least_blocks = 12;

// How even a rise must be.
constexpr double least_straightness = 8;
constexpr double least_straightness_if_structured =
    14;                            // the floors leave the line by more than their noise explains
constexpr double structured = 0.3; // residual by the range of values within a part
constexpr double least_straightness_of_late_rise = 24; // of one that began in the last two thirds of the life
constexpr double least_steadiness = 0.3;
constexpr double greatest_step = 4.5;
constexpr double least_line_over_staircase = 0.9;
constexpr double most_slowing = 0.35, sure_slowing = 0.14;
constexpr double most_quickening = 1.2, sure_quickening = 0.2;
constexpr double sure = 1.5; // standard errors

// How great: by what the values vary within a part of the stretch.
constexpr double least_rise_by_range = 0.6;
constexpr double least_rise_by_teeth =
    4; // with a collector, whose small collections leave things to its great ones
constexpr double collector_skew = -0.7;

// How long.
constexpr double readings_from_birth =
    400; // an even rise since the beginning may still be a cache that fills
constexpr double readings_after_warm_up = 165;
constexpr double readings_otherwise = 300;
constexpr double readings_of_breakout = 105;
constexpr double readings_if_sixfold = 80;
constexpr double sixfold = 5; // rise by the floor at its beginning

// What was before.
constexpr double warm_up_by_slope = 3; // it rose so much quicker
constexpr double slowest_after_warm_up = 0.8;
constexpr double most_above_begin =
    0.25; // the past was higher than where the rise began, by this part of the rise
constexpr double past_by_breakout = 1.6; // so much longer the past must be for a breakout

// Hysteresis, in pairs of readings.
constexpr double evidence_needed = 13;
constexpr double evidence_lost = 0.5;
constexpr double evidence_most = 2;        // by the needed one
constexpr double straightness_of_one = 20; // a pair counts 1, or more the straighter the line
constexpr double most_of_one = 2.5;

// A restart that the caller does not know of: well below every floor of the later life, twice in a row.
constexpr double restart_part = 0.8;
constexpr double young = 0.25;

} // namespace

const leak_verdict& leak_detector::add(double seconds, double value) noexcept {
  if (std::isnan(first_seconds_))
    first_seconds_ = last_seconds_ = seconds;
  else if (!(seconds > last_seconds_))
    return verdict_;
  last_seconds_ = seconds;
  const double age = seconds - first_seconds_;
  if (age < options_.warm_up_seconds) return verdict_;
  const double v = value / options_.unit;
  if (restarted(v)) {
    blocks_.clear();
    verdict_ = {};
    evidence_ = low_readings_ = 0;
    mean_change_ = square_change_ = cube_change_ = 0;
  }
  notice_change(v);
  if (blocks_.add(age, v)) judge();
  return verdict_;
}

bool leak_detector::restarted(double value) noexcept {
  if (blocks_.size() < least_blocks) return false;
  const double grown_up = blocks_.begin_of(0) + (blocks_.end() - blocks_.begin_of(0)) * young;
  float floor = std::numeric_limits<float>::infinity();
  for (std::size_t i = blocks_.size(); i-- > 0 && blocks_.begin_of(i) > grown_up;)
    floor = std::min(floor, blocks_[i].least);
  low_readings_ = value < restart_part * floor && std::isfinite(floor) ? low_readings_ + 1 : 0;
  return low_readings_ >= 2;
}

void leak_detector::notice_change(double value) noexcept {
  constexpr double weight = 0.01;
  const double change = blocks_.size() == 0 ? 0 : value - last_value_;
  mean_change_ += weight * (change - mean_change_);
  square_change_ += weight * (change * change - square_change_);
  cube_change_ += weight * (change * change * change - cube_change_);
  last_value_ = value;
}

// Up in many small steps, down in few great ones: the third moment of the changes is far below 0.
bool leak_detector::has_collector() const noexcept {
  const double variance = square_change_ - mean_change_ * mean_change_;
  if (!(variance > 0)) return false;
  const double third =
      cube_change_ - 3 * mean_change_ * square_change_ + 2 * mean_change_ * mean_change_ * mean_change_;
  return third / (variance * std::sqrt(variance)) < collector_skew;
}

void leak_detector::judge() noexcept {
  const auto found = leaking_stretch();
  const double needed = evidence_needed / options_.sensitivity;
  if (found) {
    evidence_ += std::clamp(found->straightness / straightness_of_one, 1.0, most_of_one);
    evidence_ = std::min(evidence_, needed * evidence_most);
    verdict_.slope_per_second = found->slope * options_.unit;
    verdict_.floor = found->last * options_.unit;
  } else {
    evidence_ = std::max(0.0, evidence_ - evidence_lost);
  }
  if (evidence_ >= needed) verdict_.suspected = true;
  if (evidence_ == 0) verdict_ = {};
  verdict_.candidate = evidence_ > 0;
  verdict_.confidence = evidence_ / (needed * evidence_most);
}

std::optional<floor_trend> leak_detector::leaking_stretch() const noexcept {
  if (blocks_.size() < least_blocks) return std::nullopt;
  float least = blocks_[0].least, most = least;
  double readings = 0;
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    least = std::min(least, blocks_[i].least);
    most = std::max(most, blocks_[i].least);
    readings += blocks_[i].readings;
  }
  if (most - least < options_.least_rise) return std::nullopt; // most series of most processes
  const double begin = blocks_.begin_of(0), life = blocks_.end() - begin;
  std::size_t first = 0, before = blocks_.size();
  for (const double part : stretch_begins) {
    while (first + least_blocks < blocks_.size() && blocks_.begin_of(first) < begin + life * part)
      ++first;
    if (first == before || first + least_blocks > blocks_.size()) continue;
    before = first;
    const floor_trend t = measure_floor(blocks_, first);
    if (leaks(t, first, life, readings)) return t;
  }
  return std::nullopt;
}

bool leak_detector::leaks(const floor_trend& t, std::size_t first, double life,
                          double readings) const noexcept {
  if (t.slope <= 0 || t.rise < options_.least_rise || t.rise < options_.least_relative_rise * t.first)
    return false;
  const bool is_structured = t.residual > structured * t.range + 0.5;
  if (t.straightness < (is_structured ? least_straightness_if_structured : least_straightness)) return false;
  if (t.steadiness < least_steadiness || t.greatest_step > greatest_step) return false;
  if (t.rise < (has_collector() ? least_rise_by_teeth : least_rise_by_range) * t.range) return false;
  const double surely = sure * t.curvature_error;
  if (t.curvature < -most_slowing || t.curvature < -std::max(sure_slowing, surely)) return false;
  if (t.curvature > most_quickening || t.curvature > std::max(sure_quickening, surely)) return false;
  const auto needed = readings_needed(t, first, life, readings);
  if (!needed || t.readings < *needed / options_.sensitivity) return false;
  return line_over_staircase(blocks_, first) >= least_line_over_staircase;
}

std::optional<double> leak_detector::readings_needed(const floor_trend& t, std::size_t first, double life,
                                                     double readings) const noexcept {
  const bool is_sixfold = t.rise >= sixfold * std::max(1.0, t.first);
  if (first == 0) return is_sixfold ? readings_if_sixfold : readings_from_birth;
  const past_floors past = floors_before(blocks_, first, t.seconds / 12);
  const bool is_most_of_life = t.seconds >= most_of_life * life;
  const bool is_late = !is_most_of_life && t.straightness >= least_straightness_of_late_rise;
  if (!is_most_of_life && past.seconds >= past_by_breakout * t.seconds && t.first > past.least &&
      t.last > past.most + (past.most - past.least))
    return readings_of_breakout;
  if ((!is_most_of_life && !is_late) || past.most > t.first + most_above_begin * t.rise) return std::nullopt;
  if (is_sixfold) return readings_if_sixfold;
  const double seconds_before = blocks_.begin_of(first) - blocks_.begin_of(0);
  const double rise_before = t.first - std::min(blocks_[0].least, blocks_[1].least);
  const bool warmed_up = rise_before >= 0.2 * t.rise && seconds_before >= 0.1 * life &&
                         rise_before >= warm_up_by_slope * t.slope * seconds_before;
  if (warmed_up) {
    if (t.curvature - t.curvature_error < -slowest_after_warm_up) return std::nullopt;
    return readings_after_warm_up;
  }
  return std::max(readings_otherwise, readings_from_birth * t.readings / readings);
}

std::optional<double> seconds_to_limit(const leak_verdict& v, double limit) noexcept {
  if (!(v.slope_per_second > 0) || !std::isfinite(limit)) return std::nullopt;
  return std::max(0.0, (limit - v.floor) / v.slope_per_second);
}

} // namespace reeve::handle_leak
