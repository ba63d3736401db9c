// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/system_shutdown.hpp"

#include "windows/shutdown_flag.hpp"

#include <atomic>

namespace reeve::os {

namespace {

std::atomic<bool> is_going_down{false};

} // namespace

void note_system_shutdown() noexcept {
  is_going_down = true;
}

bool system_is_shutting_down() {
  return is_going_down;
}

} // namespace reeve::os
