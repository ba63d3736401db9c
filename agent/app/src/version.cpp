// SPDX-License-Identifier: Apache-2.0
#include "reeve/app/agent.hpp"

namespace reeve::app {

const char* version() noexcept {
  return REEVE_VERSION;
}

const char* revision() noexcept {
  return REEVE_REVISION;
}

} // namespace reeve::app
