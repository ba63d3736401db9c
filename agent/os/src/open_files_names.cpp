// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/open_files.hpp"

namespace reeve::os {

const char* name_of(handle_kind k) noexcept {
  switch (k) {
  case handle_kind::other:
    break;
  case handle_kind::file:
    return "file";
  case handle_kind::folder:
    return "folder";
  case handle_kind::socket:
    return "socket";
  case handle_kind::pipe:
    return "pipe";
  case handle_kind::event:
    return "event";
  case handle_kind::device:
    return "device";
  case handle_kind::shared_memory:
    return "shared_memory";
  case handle_kind::process:
    return "process";
  case handle_kind::thread:
    return "thread";
  case handle_kind::registry_key:
    return "registry_key";
  }
  return "other";
}

} // namespace reeve::os
