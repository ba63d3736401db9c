// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/value_tree.hpp"
#include "reeve/config/problem_list.hpp"

namespace reeve::config {

// Moves the members of `from` into `into`, both tables: tables merge, arrays of tables append, any other key
// that both have is a problem.
void merge(value_node& into, value_node&& from, problem_list& problems);

} // namespace reeve::config
