// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/service_control.hpp"

namespace reeve::os {

const char* name_of(service_state state) noexcept {
  switch (state) {
  case service_state::not_installed:
    return "not_installed";
  case service_state::stopped:
    return "stopped";
  case service_state::starting:
    return "starting";
  case service_state::running:
    return "running";
  case service_state::stopping:
    return "stopping";
  case service_state::failed:
    return "failed";
  }
  return "failed";
}

} // namespace reeve::os
