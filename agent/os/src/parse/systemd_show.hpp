// SPDX-License-Identifier: Apache-2.0
// What `systemctl show` prints. No system header: built and tested everywhere.
#pragma once

#include "reeve/os/service_control.hpp"

#include <string>
#include <string_view>

namespace reeve::os::parse {

// The properties that parse_systemd_show() reads, as --property= takes them.
inline constexpr std::string_view systemd_properties =
    "LoadState,ActiveState,SubState,MainPID,UnitFileState,Result,ExecMainStatus,FragmentPath";

struct systemd_service {
  service_status status;
  std::string file; // of the unit; empty: none
};

// Lines NAME=VALUE in any order; unknown names and missing ones do not matter.
systemd_service parse_systemd_show(std::string_view text);

// `systemctl is-system-running` printed "stopping" (systemctl(1), table 3).
bool says_stopping(std::string_view text) noexcept;

} // namespace reeve::os::parse
