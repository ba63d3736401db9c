// SPDX-License-Identifier: Apache-2.0
// Judges, reading by reading, whether one series of one process leaks. Knows only the past; no system in it, no
// allocation, bounded memory (sizeof(leak_detector), about 4 KB).
//
// A leak is a floor that rises evenly, over most of the process's life or far beyond everything before, by more than
// the series varies. So these are none: the teeth of a collector (the floor stays), load levels (the floor rises in few
// steps), warm-ups (it rises less and less), daily cycles (it comes back).
#pragma once

#include "leak_evidence.hpp"
#include "series_life.hpp"

#include <limits>
#include <optional>

namespace reeve::handle_leak {

struct detector_options {
  double unit = 1;            // the least step of the series: 1 handle, one page
  double warm_up_seconds = 0; // readings of so long after the first are not looked at
  double sensitivity = 1;     // 2: half the odds or readings are enough, 0.5: twice as much is needed
  const evidence_weights* weights = &fitted_weights; // the fitting of new ones tries others
};

struct leak_verdict {
  bool suspected = false; // begins when the confidence reaches 1/2, ends when it was low for a while
  bool candidate = false; // there is some evidence, not yet or no longer enough
  double confidence = 0;  // 0 to 1
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
  void judge() noexcept;

  detector_options options_;
  series_life life_;
  leak_verdict verdict_;
  // What one judgement counts at most, either way; without any stretch it speaks against a leak.
  static constexpr double surest = 3;
  double log_odds_ = -surest; // smoothed
  double first_seconds_ = std::numeric_limits<double>::quiet_NaN();
  double last_seconds_ = 0;
};

// Seconds until the floor reaches `limit` at its slope; nothing without a trend or a limit, 0 when it is reached.
std::optional<double> seconds_to_limit(const leak_verdict& v, double limit) noexcept;

} // namespace reeve::handle_leak
