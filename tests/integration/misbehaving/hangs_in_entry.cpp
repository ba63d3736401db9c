// SPDX-License-Identifier: Apache-2.0
#include "reeve/plugin.h"

#include <chrono>
#include <thread>

extern "C" REEVE_EXPORT const reeve_module* REEVE_CALL reeve_module_v1(std::uint32_t) noexcept {
  for (;;)
    std::this_thread::sleep_for(std::chrono::hours(1));
}
