// SPDX-License-Identifier: Apache-2.0
#include "reeve/plugin.h"

#include <chrono>
#include <thread>

namespace {

// Runs while the library is loaded, with the system loader's lock held.
struct never_ready {
  never_ready() {
    for (;;)
      std::this_thread::sleep_for(std::chrono::hours(1));
  }
};
const never_ready one;

} // namespace

extern "C" REEVE_EXPORT const reeve_module* REEVE_CALL reeve_module_v1(std::uint32_t) noexcept {
  return nullptr;
}
