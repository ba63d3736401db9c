// SPDX-License-Identifier: Apache-2.0
// What the samples of a family are called, wherever they are shown.
#pragma once

#include "reeve/store/snapshot.hpp"

#include <string>
#include <string_view>

namespace reeve::store {

// What is added to the family's name; nothing for a histogram, whose samples have a suffix each.
std::string_view sample_suffix(metric_kind kind) noexcept;

// The value of an le label in OpenMetrics 1.0.0, "Considerations: Canonical Numbers", which is always a float: the shortest
// digits, with an exponent below 10^-4 and from 10^6 on. 1.0, 0.25, 1e+06.
std::string canonical_bound(double bound);

} // namespace reeve::store
