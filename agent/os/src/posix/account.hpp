// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "keeper/launch_order.hpp"

#include <string>
#include <vector>

namespace reeve::os {

struct account {
  account_ids ids;
  std::string name, home, shell;
};
// An error where there is none of that name.
result<account> find_account(const std::string& name);

} // namespace reeve::os
