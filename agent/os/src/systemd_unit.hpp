// SPDX-License-Identifier: Apache-2.0
// The unit file of the agent, as text. Knows no system: built and tested on both.
#pragma once

#include "reeve/os/service_control.hpp"

#include <string>
#include <string_view>

namespace reeve::os {

// Its first line; what does not begin with it was not written by us and is left alone.
inline constexpr std::string_view unit_mark = "# Written by `reeve service install`";

// For systemd 252 and later. `user`: for a manager of one account, which can neither lock the unit in nor give it rights.
std::string systemd_unit(const service_definition& service, bool user);

// One argument of ExecStart= (systemd.service(5), "Command lines"): no quote, blank, variable or specifier in it is taken
// for one.
std::string systemd_argument(std::string_view text);

} // namespace reeve::os
