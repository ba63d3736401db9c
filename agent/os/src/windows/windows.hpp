// SPDX-License-Identifier: Apache-2.0
// The one place that includes <windows.h>; WIN32_LEAN_AND_MEAN, NOMINMAX and UNICODE come from the build.
#pragma once

#include <windows.h>

#include <winternl.h>

#include <cstdint>

namespace reeve::os {

inline std::uint64_t to_uint64(const FILETIME& time) noexcept {
  return std::uint64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime;
}

} // namespace reeve::os
