// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/os/launch_command.hpp"

#include <cstddef>

namespace reeve::os {

// As a person knows it, for instance "open_files".
constexpr const char* name_of(limited what) noexcept {
  constexpr const char* names[] = {"open_files", "processes",     "core_size",   "file_size", "address_space",
                                   "stack",      "locked_memory", "cpu_seconds", "memory",    "cpu"};
  return names[static_cast<std::size_t>(what)];
}

} // namespace reeve::os
