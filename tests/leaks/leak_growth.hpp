// SPDX-License-Identifier: Apache-2.0
// What a leak adds: curves that begin with 0 at `from` and are scaled afterwards. None of them ever gives everything
// back.
#pragma once

#include "background.hpp"

namespace reeve::leaks {

// The same from sample to sample, or, as requests come, more in one than in the next.
curve steady_leak(std::size_t n, random_source& r, std::size_t from);
// Nothing for 8 to 60 samples, then a lot within 1 to 5.
curve burst_leak(std::size_t n, random_source& r, std::size_t from);
// Steady, but every 20 to 120 samples a fifth to two thirds of what came since then is given back.
curve partly_released_leak(std::size_t n, random_source& r, std::size_t from);

} // namespace reeve::leaks
