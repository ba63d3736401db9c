// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <thread>

namespace reeve::test {

// Asks `holds` every `step` until it is true or `bound` has passed; it is asked at least once, and once after
// the bound.
template <class Predicate>
bool wait_until(Predicate&& holds, std::chrono::milliseconds bound,
                std::chrono::milliseconds step = std::chrono::milliseconds(5)) {
  const auto deadline = std::chrono::steady_clock::now() + bound;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= deadline) return holds();
    std::this_thread::sleep_for(step);
  }
  return true;
}

// A bound that only a hung program exceeds; waiting ends with the event, so its length costs nothing.
inline constexpr std::chrono::milliseconds long_bound = std::chrono::seconds(30);

} // namespace reeve::test
