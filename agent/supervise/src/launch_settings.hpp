// SPDX-License-Identifier: Apache-2.0
// What a [[process]] means for a keeper and for the state machine.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/config/settings.hpp"
#include "reeve/os/keeper.hpp"
#include "reeve/supervise/managed_process.hpp"

#include <string>
#include <utility>
#include <vector>

namespace reeve::supervise {

// Its output goes to `own_output` where the settings leave that to the agent.
std::string output_file_of(const config::process_settings& s, const std::string& own_output);
// Reads the files of variables; an error names the one that cannot be read, or its line.
result<os::launch_command> command_of(const config::process_settings& s, const std::string& own_output);
// A command beside the process: as the same account, with its variables and `more`.
result<os::launch_command> hook_of(const config::process_settings& s, const config::command_words& words,
                                   std::vector<std::pair<std::string, std::string>> more,
                                   const std::string& output);
process_plan plan_of(const config::process_settings& s);
os::stop_request request_of(const config::stop_rung& rung);
std::string to_text(const config::stop_rung& rung); // "SIGTERM to its group", "ctrl-break"
// The rungs of the settings, or the system's usual ones.
const std::vector<config::stop_rung>& rungs_of(const config::process_settings& s);

// ", limit memory of 512MiB"; empty where it has none.
std::string memory_limit_of(const config::process_settings& s);

// Of all that a running process has from its settings: when it differs, the process must be started again.
std::string fingerprint_of(const config::process_settings& s);

} // namespace reeve::supervise
