// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace reeve::test {

// What a tool of the system prints on standard output; a failure of the test when it cannot be started. Its exit status
// is not looked at: lsof's is 1 when it found less than it was asked for.
std::string run_tool(const std::string& command);

} // namespace reeve::test
