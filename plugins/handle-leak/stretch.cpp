// SPDX-License-Identifier: Apache-2.0
#include "stretch.hpp"

#include <algorithm>

namespace reeve::handle_leak {

namespace {

// The broadest limits: what is outside of them is no leak whatever else speaks for it.
constexpr double least_straightness = 6;
constexpr double least_steadiness = 0.25;
constexpr double greatest_step = 5;
constexpr double most_slowing = 0.8;
constexpr double least_line_over_staircase = 0.8;
constexpr double collector_skewness = -0.7;
constexpr double least_rise_by_teeth =
    2.5; // with a collector, whose small collections leave things to its great ones
constexpr double least_readings = 70;
constexpr double least_readings_with_short_past = 100;
constexpr double most_of_life = 0.66;        // a stretch is most of the life, or
constexpr double least_rise_of_short = 0.05; // it is above all before, by so much of its first floor

bool is_even(const floor_trend& t) noexcept {
  return t.rise >= least_rise && t.rise >= least_relative_rise * t.first &&
         t.straightness >= least_straightness && t.steadiness >= least_steadiness &&
         t.greatest_step <= greatest_step && t.curvature > -most_slowing;
}

bool is_above_past(const stretch& s) noexcept {
  const floor_trend& t = s.trend;
  const bool is_past_short = s.past.seconds < t.seconds;
  if (t.readings < (is_past_short ? least_readings_with_short_past : least_readings)) return false;
  return s.part_of_life >= most_of_life || (t.last > s.past.most && t.rise >= least_rise_of_short * t.first);
}

} // namespace

bool may_have_stretches(const series_blocks& blocks) noexcept {
  if (blocks.size() < least_blocks_of_stretch) return false;
  float least = blocks[0].least, most = least;
  for (std::size_t i = 1; i < blocks.size(); ++i) {
    least = std::min(least, blocks[i].least);
    most = std::max(most, blocks[i].least);
  }
  return most - least >= least_rise;
}

std::optional<stretch> measure_stretch(const series_life& life, std::size_t first) noexcept {
  const series_blocks& blocks = life.blocks();
  stretch s;
  s.trend = measure_floor(blocks, first);
  const floor_trend& t = s.trend;
  if (!(t.slope > 0) || !is_even(t)) return std::nullopt;
  s.skewness = life.changes().skewness();
  if (s.skewness < collector_skewness && t.rise < least_rise_by_teeth * t.range) return std::nullopt;
  if (first == 0) {
    if (t.readings < least_readings) return std::nullopt;
  } else {
    const double seconds_before = blocks.begin_of(first) - blocks.begin_of(0);
    s.is_later = true;
    s.part_of_life = t.seconds / (blocks.end() - blocks.begin_of(0));
    s.life_readings = blocks.readings();
    s.past = floors_before(blocks, first, t.seconds / 12);
    if (!is_above_past(s)) return std::nullopt;
    const double rise_before = t.first - std::min(blocks[0].least, blocks[1].least);
    s.speed_before = rise_before / (t.slope * seconds_before);
  }
  s.line_over_staircase = line_over_staircase(blocks, first);
  if (s.line_over_staircase < least_line_over_staircase) return std::nullopt;
  return s;
}

} // namespace reeve::handle_leak
