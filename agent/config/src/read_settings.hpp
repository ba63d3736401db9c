// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/value_tree.hpp"
#include "reeve/config/problem_list.hpp"
#include "reeve/config/settings.hpp"

namespace reeve::config {

// What is wrong is added to `problems`; the value returned is good only when nothing was.
settings read_settings(const value_node& root, problem_list& problems);

} // namespace reeve::config
