// SPDX-License-Identifier: Apache-2.0
// What the agent hands to a keeper: everything resolved, so that the keeper asks nobody. Fields of "key length", a line
// end, the bytes and a line end, so that any byte may be in them; "end 0" is the last.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/os/keeper.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::os {

struct account_ids { // POSIX
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> groups;
};

struct launch_order {
  keep_place place;
  launch_command command;               // of which env and account are resolved in what follows
  std::vector<std::string> environment; // NAME=VALUE, all of it
  std::string cgroup;                   // the folder of a control group to start it in; empty: none
  std::optional<account_ids> account;
};

std::string to_bytes(const launch_order& order);
result<launch_order> order_from_bytes(std::string_view bytes);

} // namespace reeve::os
