// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "windows/windows.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace reeve::os {

inline constexpr std::size_t max_command_line_bytes = 4096;

// The command line of a process as UTF-8, cut at max_command_line_bytes. `process` has
// PROCESS_QUERY_LIMITED_INFORMATION and is the process `pid`. Nothing, and the Win32 code in `code`, on failure.
std::optional<std::string> command_line_of(HANDLE process, std::uint32_t pid, std::uint32_t& code);

} // namespace reeve::os
