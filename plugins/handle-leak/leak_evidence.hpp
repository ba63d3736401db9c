// SPDX-License-Identifier: Apache-2.0
// How much more a stretch looks like those of leaks than like those of healthy processes. What a stretch shows becomes a
// few numbers; a small network, fitted to many labelled traces by tests/leaks/fit, makes one of them.
#pragma once

#include "stretch.hpp"

#include <array>
#include <cstddef>

namespace reeve::handle_leak {

inline constexpr std::size_t evidence_inputs = 19;
inline constexpr std::size_t evidence_units =
    12; // of the one hidden layer, each max(0, sum of weighted inputs)

using evidence = std::array<float, evidence_inputs>; // each about -3 to 3, the first one 1

// First each input's weights to the units, input by input; then each unit's to the result; then each input's to it.
using evidence_weights =
    std::array<float, evidence_inputs * evidence_units + evidence_units + evidence_inputs>;
inline constexpr std::size_t weights_of_units = evidence_inputs * evidence_units;
inline constexpr std::size_t weights_of_inputs = weights_of_units + evidence_units;

extern const evidence_weights fitted_weights; // leak_weights.cpp

evidence evidence_of(const stretch& s) noexcept;

using unit_sums = std::array<float, evidence_units>;
unit_sums sums_of_units(const evidence& e, const evidence_weights& w) noexcept;

// The natural logarithm of the odds that it is a leak.
float log_odds(const evidence& e, const evidence_weights& w, const unit_sums& sums) noexcept;
inline float log_odds(const evidence& e, const evidence_weights& w = fitted_weights) noexcept {
  return log_odds(e, w, sums_of_units(e, w));
}

} // namespace reeve::handle_leak
