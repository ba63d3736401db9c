// SPDX-License-Identifier: Apache-2.0
// The one translation of Windows' codes into reeve::error.
#pragma once

#include "reeve/base/result.hpp"

#include <cstdint>
#include <string_view>

namespace reeve::os {

errc errc_of(std::uint32_t win32_code) noexcept;

// "WHAT: the system's text", for instance windows_error(GetLastError(), "cannot open process 4"). Safe from any thread.
error windows_error(std::uint32_t win32_code, std::string_view what);

// The same for an NTSTATUS; error::os_code is the Win32 code it stands for.
error nt_error(std::int32_t status, std::string_view what);

} // namespace reeve::os
