// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "posix/run_program.hpp"

#include <string>
#include <vector>

namespace reeve::os {

// systemd is the system's manager: sd_booted(3).
bool is_systemd_running(const std::string& root);

// Runs systemctl with these arguments, without a pager, a question or a colour. `root` stands before its path.
result<program_end> run_systemctl(const std::string& root, bool user, std::vector<std::string> args,
                                  nanoseconds patience);

} // namespace reeve::os
