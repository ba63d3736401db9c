// SPDX-License-Identifier: Apache-2.0
// A question that may hang for ever is asked in a process of its own, which can be ended. That process is this same
// program, started with an argument that users are not told of.
#pragma once

#include <optional>

namespace reeve::os {

// Call first in main. The status to exit with when this process was started as a helper: all is done then. Otherwise
// this program may from now on start itself as one. A program that does not call this has no helper, and tables leave
// out what needs one. Linux needs none: always nothing.
std::optional<int> run_as_helper(int argc, const char* const* argv);

} // namespace reeve::os
