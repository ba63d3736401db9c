// SPDX-License-Identifier: Apache-2.0
// What an agent asks of a keeper: named events, since any agent that comes can open those of a keeper that it knows,
// whoever started it. Two requests of one kind at the same time are one.
#pragma once

#include "reeve/base/process_id.hpp"
#include "windows/unique_handle.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace reeve::os {

enum class keeper_command : std::uint8_t { kill, ctrl_c, ctrl_break };
inline constexpr std::size_t keeper_commands = 3;

// Of the keeper with that identity. In the global namespace: an agent that is a service and one that was started by hand
// are in different sessions.
std::wstring event_name(const process_id& keeper, keeper_command c);
std::wstring job_name(const process_id& keeper);

// One for each command. `access`: who may use those that are made here; null: this account, as its token says.
using command_events = std::array<unique_handle, keeper_commands>;
// False: GetLastError() tells why; ERROR_ALREADY_EXISTS with `must_be_new`, where another has made one.
bool make_command_events(const process_id& keeper, SECURITY_ATTRIBUTES* access, bool must_be_new,
                         command_events& out);
bool open_command_events(const process_id& keeper, command_events& out);

} // namespace reeve::os
