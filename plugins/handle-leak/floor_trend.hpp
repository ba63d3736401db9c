// SPDX-License-Identifier: Apache-2.0
// The rising floor of one stretch of a series. A stretch is cut into parts of equal time; the floor of a part is its
// least value. What is measured here says how the floors rise; whether that is a leak is judged by leak_detector.
#pragma once

#include "series_blocks.hpp"

#include <cstddef>

namespace reeve::handle_leak {

struct floor_trend {
  double slope = 0;        // of the line through the floors, per second; the rest is 0 when it does not rise
  double rise = 0;         // of what was never given back again: from the first floor to the last
  double first = 0;        // the floor of the first part
  double last = 0;         // the floor of the last part
  double residual = 0;     // of the floors from that line, root of the mean square; at least that of rounding
  double straightness = 0; // what the line rises, in residuals
  double steadiness = 0;   // rise of the quarter that rose least, by the mean of the quarters
  double greatest_step = 0;   // between neighbouring parts, by the mean step
  double curvature = 0;       // slope of the second half less that of the first, by the whole one
  double curvature_error = 0; // standard error of that
  double bend = 0; // in standard errors; below 0 where the rise is quickest midway, above where it is slowest
  double range = 0;    // of the values within a part, the usual one
  double seconds = 0;  // how long the stretch is
  double readings = 0; // in it
};

// Of the blocks from `first` on. Everything 0 when too few parts hold a reading, or when the floors do not rise.
floor_trend measure_floor(const series_blocks& blocks, std::size_t first) noexcept;

// How much worse a staircase of four levels fits the floors than a line: the quotient of their residual variances.
// Small where load levels pass for a slope.
double line_over_staircase(const series_blocks& blocks, std::size_t first) noexcept;

// The greatest floor before block `first`, over stretches of `seconds`, and the least one.
struct past_floors {
  double most = 0, least = 0;
  double seconds = 0; // that they cover; 0: there are none
};
past_floors floors_before(const series_blocks& blocks, std::size_t first, double seconds) noexcept;

} // namespace reeve::handle_leak
