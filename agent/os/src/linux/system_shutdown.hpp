// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace reeve::os {

// Asks now, see system_is_shutting_down(). `root` stands before every path, also systemctl's.
bool ask_whether_shutting_down(const std::string& root);

} // namespace reeve::os
