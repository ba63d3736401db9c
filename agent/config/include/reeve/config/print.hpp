// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/value_tree.hpp"

#include <string>

namespace reeve::config {

// For a terminal or a log, each line ended by a newline:
//   FILE:LINE:COLUMN: error: MESSAGE
//       the offending line
//       ^
//   hint: HINT
// Line, column, excerpt, caret and hint are left out where they are unknown. The caret stands under the
// column also after tabs and wide characters. Control characters of the file are shown as '?'. `colour` adds
// ANSI sequences.
std::string format(const diagnostic& problem, bool colour);

} // namespace reeve::config
