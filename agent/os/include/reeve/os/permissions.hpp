// SPDX-License-Identifier: Apache-2.0
// Which rights this process has that let it see more. Safe from any thread.
#pragma once

#include "reeve/base/result.hpp"

#include <string>
#include <vector>

namespace reeve::os {

struct permission {
  std::string name; // "CAP_SYS_PTRACE", "elevated"
  bool held = false;
  std::string gives; // what is seen with it that is not seen without it
};

struct account_rights {
  std::string account; // "root", "DOMAIN\\user"
  std::vector<permission> permissions;
  // Linux: /proc is mounted so that processes of other accounts are not even listed (hidepid). Empty: it is not, or it
  // does not concern this account.
  std::string hidden_processes;
};

result<account_rights> read_account_rights();

} // namespace reeve::os
