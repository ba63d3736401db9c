// SPDX-License-Identifier: Apache-2.0
// The one translation of errno into reeve::error.
#pragma once

#include "reeve/base/result.hpp"

#include <string_view>

namespace reeve::os {

errc errc_of(int errno_code) noexcept;

// "WHAT: the system's text", for instance posix_error(errno, "cannot open /proc"). Safe from any thread.
error posix_error(int errno_code, std::string_view what);

} // namespace reeve::os
