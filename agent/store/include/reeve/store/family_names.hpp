// SPDX-License-Identifier: Apache-2.0
// Which metric names a family takes for itself. Two families that share one cannot stand in the same
// exposition.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/store/snapshot.hpp"

#include <span>
#include <string_view>

namespace reeve::store {

// Suffixes that, added to the family's name, are names of its samples in some format; "" is the name itself.
// From OpenMetrics 1.0.0, "Suffixes".
std::span<const std::string_view> taken_suffixes(metric_kind kind) noexcept;

// The spec as the store keeps it: a counter's _total and an info family's _info taken off, the help made
// clean UTF-8. invalid_argument names the first rule that is broken.
result<family_spec> checked(const family_spec& declared);

// May stand under one TYPE line: equal in all but max_series.
bool same_schema(const family_spec& a, const family_spec& b);

} // namespace reeve::store
