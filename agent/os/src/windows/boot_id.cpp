// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/keeper_record.hpp"

namespace reeve::os {

std::string boot_id() {
  return {};
}

} // namespace reeve::os
