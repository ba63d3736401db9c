// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/library.hpp"

#include "windows/windows.hpp"

namespace reeve::os {

unsigned library_load_flags() noexcept {
  return LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32;
}

} // namespace reeve::os
