// SPDX-License-Identifier: Apache-2.0
// What operator new did in this program, by any thread; for programs that are compiled with heap_count.cpp.
// On Linux the plugins' calls are among them; a Windows plugin has a heap of its own.
#pragma once

#include <cstdint>

namespace reeve::test {

std::int64_t heap_in_use() noexcept;       // bytes that were given out and not given back
std::uint64_t heap_allocations() noexcept; // calls so far

} // namespace reeve::test
