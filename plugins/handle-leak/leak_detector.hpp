// SPDX-License-Identifier: Apache-2.0
// Judges, reading by reading, whether one series of one process leaks. Knows only the past; no system in it, no
// allocation, bounded memory (sizeof(leak_detector), about 4 KB).
//
// A leak is a floor that rises evenly, over most of the process's life or far beyond everything before, by more than
// the series varies. So these are none: the teeth of a collector (the floor stays), load levels (the floor rises in few
// steps), warm-ups (it rises less and less), daily cycles (it comes back).
#pragma once

#include "floor_trend.hpp"
#include "series_blocks.hpp"

#include <cstdint>
#include <limits>
#include <optional>

namespace reeve::handle_leak {

struct detector_options {
  double unit = 1;                   // the least step of the series: 1 handle, one page
  double warm_up_seconds = 0;        // readings of so long after the first are not looked at
  double least_rise = 3;             // units: a smaller leak is none
  double least_relative_rise = 0.03; // of the floor where it began
  double sensitivity = 1;            // 2: half the evidence is enough, 0.5: twice as much is needed
};

struct leak_verdict {
  bool suspected = false; // begins after sustained evidence and ends after a sustained lack of it
  bool candidate = false; // there is evidence now, though not for long enough yet, or not any more
  double confidence = 0;  // 0 to 1; suspected from 1/2 on, then as the evidence grows
  double slope_per_second =
      0;            // of the floor, in what the values are given in; 0 unless candidate or suspected
  double floor = 0; // the latest one; likewise
};

class leak_detector {
 public:
  leak_detector() = default;
  explicit leak_detector(const detector_options& o) noexcept : options_(o) {}

  // `seconds`: on any clock, growing; a reading that is not later than the one before is left out.
  const leak_verdict& add(double seconds, double value) noexcept;
  const leak_verdict& verdict() const noexcept { return verdict_; }

 private:
  bool restarted(double value) noexcept;
  void notice_change(double value) noexcept;
  bool has_collector() const noexcept;
  void judge() noexcept;
  std::optional<floor_trend> leaking_stretch() const noexcept;
  bool leaks(const floor_trend& t, std::size_t first, double life, double readings) const noexcept;
  // How many readings a stretch must have; nothing: what was before it speaks against a leak.
  std::optional<double> readings_needed(const floor_trend& t, std::size_t first, double life,
                                        double readings) const noexcept;

  detector_options options_;
  series_blocks blocks_;
  leak_verdict verdict_;
  double evidence_ = 0; // of sustained trends, see judge()
  double first_seconds_ = std::numeric_limits<double>::quiet_NaN();
  double last_seconds_ = 0;
  double last_value_ = 0;
  double mean_change_ = 0, square_change_ = 0, cube_change_ = 0; // of the last hundred or so
  std::uint32_t low_readings_ = 0;                               // in a row, that look like a restart
};

// Seconds until the floor reaches `limit` at its slope; nothing without a trend or a limit, 0 when it is reached.
std::optional<double> seconds_to_limit(const leak_verdict& v, double limit) noexcept;

} // namespace reeve::handle_leak
