// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reeve::os::parse {

// The command line from which a program built with Microsoft's C runtime, and CommandLineToArgvW, read these arguments
// back (learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments). The program's own name comes first and
// holds no quote.
std::string windows_command_line(std::string_view program, const std::vector<std::string>& args);

} // namespace reeve::os::parse
