// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/library.hpp"

#include <dlfcn.h>

namespace reeve::os {

unsigned library_load_flags() noexcept {
  return RTLD_NODELETE;
}

} // namespace reeve::os
