// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace reeve::os::live {

// How often operator new was called in this program, by any thread.
std::uint64_t allocations() noexcept;

} // namespace reeve::os::live
