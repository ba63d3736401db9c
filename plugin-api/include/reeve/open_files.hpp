// SPDX-License-Identifier: Apache-2.0
// C++20 helper for what a process has open (open_files.h), header only.
#pragma once

#include "reeve/open_files.h"

#include <cstdint>

namespace reeve::sdk {

// "socket", "shared_memory"; "other" also for kinds that these headers do not know.
constexpr const char* name_of_handle_kind(std::uint32_t kind) noexcept {
  switch (kind) {
  case REEVE_HANDLE_FILE:
    return "file";
  case REEVE_HANDLE_FOLDER:
    return "folder";
  case REEVE_HANDLE_SOCKET:
    return "socket";
  case REEVE_HANDLE_PIPE:
    return "pipe";
  case REEVE_HANDLE_EVENT:
    return "event";
  case REEVE_HANDLE_DEVICE:
    return "device";
  case REEVE_HANDLE_SHARED_MEMORY:
    return "shared_memory";
  case REEVE_HANDLE_PROCESS:
    return "process";
  case REEVE_HANDLE_THREAD:
    return "thread";
  case REEVE_HANDLE_REGISTRY_KEY:
    return "registry_key";
  default:
    return "other";
  }
}

} // namespace reeve::sdk
