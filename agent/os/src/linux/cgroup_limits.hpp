// SPDX-License-Identifier: Apache-2.0
// Limits of all processes of a control group together (version 2, Documentation/admin-guide/cgroup-v2.rst).
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/os/launch_command.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::os {

inline bool is_of_group(const resource_limit& l) noexcept {
  return (l.what == limited::memory || l.what == limited::cpu) && l.value != UINT64_MAX;
}

inline constexpr std::string_view agent_leaf = "agent"; // DelegateSubgroup= of the unit names it, too

// Folders, from the top down. A group that hands a controller down holds no processes itself, but for the topmost of the
// machine; so the agent has a leaf of its own beside the programs' groups.
struct cgroup_path {
  std::string mount;    // the topmost that this process sees
  std::string base;     // the agent's, or what its leaf is in
  std::string programs; // in base; it holds the programs' groups
  bool is_agent_in_base = false;
};

// Of the limits that are a group's; those not asked for are lifted. Only the controllers that are asked for are handed
// down, which may take the agent and its keepers into the leaf: `path` says so afterwards. An error says which controller
// is missing where, and what to do.
result<> set_cgroup_limits(cgroup_path& path, const std::string& group,
                           const std::vector<resource_limit>& limits);
// "limit memory: WHY", and what to do where a right is missing.
error refusal(limited what, const error& why);

} // namespace reeve::os
