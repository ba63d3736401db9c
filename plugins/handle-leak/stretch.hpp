// SPDX-License-Identifier: Apache-2.0
// A stretch of a life, from some point until now, in which the floor may rise for a leak; and what came before it.
#pragma once

#include "floor_trend.hpp"
#include "series_life.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace reeve::handle_leak {

struct stretch {
  floor_trend trend;
  double line_over_staircase = 0; // see there
  double skewness = 0;            // of the latest changes of the series
  // What follows is 0 for a stretch that began with the life.
  bool is_later = false;
  double part_of_life = 0; // by time
  double life_readings = 0;
  past_floors past;
  double speed_before = 0; // slope of the floor before the stretch, by that in it
};

inline constexpr double least_rise = 3;             // units: a smaller leak is none
inline constexpr double least_relative_rise = 0.03; // of the floor where it began

// The stretch that begins with block `first`; nothing when the floor rises in it in no way that a leak could, by the
// broadest limits. Values are in units.
std::optional<stretch> measure_stretch(const series_life& life, std::size_t first) noexcept;

// Where stretches begin, in parts of the life so far; the second to the fourth leave out a warm-up.
inline constexpr std::array stretch_begins{0.0, 0.125, 0.25, 1.0 / 3, 0.5, 0.6, 0.7, 0.8};
inline constexpr std::size_t least_blocks_of_stretch = 12;

// Whether the floors differ enough for a leak at all. Most series of most processes end here.
bool may_have_stretches(const series_blocks& blocks) noexcept;

// Calls see(const stretch&) for each of them, the longest first, as long as it returns true.
template <class See>
void see_stretches(const series_life& life, See&& see) noexcept {
  const series_blocks& blocks = life.blocks();
  if (!may_have_stretches(blocks)) return;
  const double begin = blocks.begin_of(0), seconds = blocks.end() - begin;
  std::size_t first = 0, before = blocks.size();
  for (const double part : stretch_begins) {
    while (first + least_blocks_of_stretch < blocks.size() && blocks.begin_of(first) < begin + seconds * part)
      ++first;
    if (first == before) continue;
    before = first;
    const auto s = measure_stretch(life, first);
    if (s && !see(*s)) return;
  }
}

} // namespace reeve::handle_leak
