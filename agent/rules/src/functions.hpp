// SPDX-License-Identifier: Apache-2.0
// The functions of the subset. What each gives is that of Prometheus 2.42, to the last rule for NaN and infinity.
#pragma once

#include "reeve/rules/expression.hpp"
#include "reeve/rules/series_memory.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace reeve::rules {

// A range, and the samples in it: at least one, in the order of time, none of them a mark of staleness.
struct range_window {
  std::int64_t from_ms = 0, to_ms = 0; // ends at the time of the evaluation less the offset
  std::int64_t now_ms = 0;             // of the evaluation
  std::span<const point> samples;
};

struct function {
  enum class form : std::uint8_t {
    of_range,       // a range and `scalars` numbers, to one value each series
    of_sample,      // a vector and `scalars` numbers, to one value each sample
    absent,         // a vector
    absent_in_time, // a range
    to_scalar,
    to_vector,
    time
  };
  std::string_view name;
  form is = form::of_range;
  std::uint8_t scalars = 0;
  std::uint8_t optional_scalars = 0; // how many of the last may be left out; those are 1 then
  bool keeps_name = false;
  std::optional<double> (*of_range)(const range_window& w,
                                    double parameter) = nullptr; // nothing: no value there
  double (*of_sample)(double value, std::span<const double> parameters) = nullptr;
  // With these numbers there is no result at all; null: there always is.
  bool (*is_empty)(std::span<const double> parameters) = nullptr;

  value_type first_argument() const noexcept;
  value_type returns() const noexcept;
};

const function* find_function(std::string_view name); // null: none of the subset
std::span<const function> all_functions();

} // namespace reeve::rules
