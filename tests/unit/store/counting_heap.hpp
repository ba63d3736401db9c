// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace reeve::test {

std::size_t allocations() noexcept; // calls of operator new so far; one thread only

} // namespace reeve::test
