// SPDX-License-Identifier: Apache-2.0
// The values of a series in promtool's expanding notation: "1+2x3 _x2 stale" is 1 3 5 7, two steps without a sample, and the
// end of the series. Pure.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/rules/label_set.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace reeve::cli {

// One per step; nothing: no sample. The end is rules::stale_mark().
result<std::vector<std::optional<double>>> read_series_values(std::string_view text);

// What label_set::text() gives, with the metric's name or without.
result<rules::label_set_ptr> read_sample_labels(std::string_view text);
// 'x{a="b"}' as an expression writes it, with the metric's name.
result<rules::label_set_ptr> read_series_labels(std::string_view text);

} // namespace reeve::cli
