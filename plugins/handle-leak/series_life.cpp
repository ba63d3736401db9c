// SPDX-License-Identifier: Apache-2.0
#include "series_life.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace reeve::handle_leak {

namespace {

constexpr double restart_part = 0.8; // of the floor
constexpr double young = 0.25;       // of the life, whose floors may be those of a warm-up
constexpr std::size_t least_blocks = 12;

} // namespace

bool series_life::add(double seconds, double value) noexcept {
  began_anew_ = looks_like_restart(value);
  if (began_anew_) {
    blocks_.clear();
    changes_ = {};
    low_readings_ = readings_ = 0;
  }
  ++readings_;
  changes_.add(value);
  return blocks_.add(seconds, value);
}

float series_life::grown_up_floor() const noexcept {
  float floor = std::numeric_limits<float>::infinity();
  if (blocks_.size() < least_blocks) return floor;
  const double grown_up = blocks_.begin_of(0) + (blocks_.end() - blocks_.begin_of(0)) * young;
  for (std::size_t i = blocks_.size(); i-- > 0 && blocks_.begin_of(i) > grown_up;)
    floor = std::min(floor, blocks_[i].least);
  return floor;
}

bool series_life::looks_like_restart(double value) noexcept {
  // The first low reading may be in a block by now, and would be the floor.
  const float floor = low_readings_ > 0 ? floor_before_ : grown_up_floor();
  if (!std::isfinite(floor) || !(value < restart_part * floor)) {
    low_readings_ = 0;
    return false;
  }
  floor_before_ = floor;
  return ++low_readings_ >= 2;
}

} // namespace reeve::handle_leak
