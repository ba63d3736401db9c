// SPDX-License-Identifier: Apache-2.0
// What this account cannot see, why, and what mends it. Pure: made from readings.
#pragma once

#include "reeve/os/permissions.hpp"
#include "reeve/os/process_table.hpp"
#include "reeve/os/socket_table.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace reeve::cli {

struct finding {
  std::string id;   // stable: "process-fields"
  std::string what; // is looked at
  bool hidden = false;
  std::string missing; // what cannot be seen, with its number; empty when nothing is hidden
  std::string mend;    // which right would mend it, and how to give it
};

struct doctor_readings {
  const os::account_rights& rights;
  const os::process_rows& processes; // with every field
  std::string short_lived_unavailable;
  const os::socket_rows& sockets; // with owners
  bool windows = false;
};

std::vector<finding> diagnose(const doctor_readings& r);

} // namespace reeve::cli
