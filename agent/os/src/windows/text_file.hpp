// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace reeve::os {

// The whole file in `out`; 0 or a Win32 code. ERROR_FILE_TOO_LARGE: longer than 4 MiB; ERROR_INVALID_PARAMETER: a
// device, or a pipe. It is opened so that nobody is kept from writing, renaming or deleting it.
std::uint32_t read_text_file(std::string_view path, std::string& out);

} // namespace reeve::os
