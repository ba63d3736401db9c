// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lexer.hpp"

#include "reeve/rules/expression.hpp"

#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace reeve::rules {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
inline constexpr int binds_power = 6;

struct operator_row {
  std::string_view written;
  binary_operator op;
  int binds; // the stronger, the higher
};

const operator_row* find_operator(const token& t); // null: it is none
std::string_view name_of(binary_operator op);
std::optional<aggregator> find_aggregator(std::string_view name); // in any case
std::string_view name_of(aggregator what);
// What to use for a function of PromQL that is not in the subset; empty: nothing is known of it.
std::string instead_of(std::string_view function_name);

// Of two numbers; of a comparison 1 or 0.
double compute(binary_operator op, double left, double right);
bool compare(binary_operator op, double left, double right);

} // namespace reeve::rules
