// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/rules/expression.hpp"

#include <optional>

namespace reeve::rules {

// Sets the type of `e`, whose parts have been checked; the problem, if what is in it does not go together.
std::optional<expression_problem> type_check(expression& e);

} // namespace reeve::rules
