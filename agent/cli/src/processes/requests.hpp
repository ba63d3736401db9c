// SPDX-License-Identifier: Apache-2.0
// What the command line asks of the managed processes of a running agent.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"
#include "reeve/supervise/supervisor.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace reeve::cli {

result<std::vector<supervise::process_status>> ask_status(const std::string& instance);

// `verb`: "start", "stop" or "restart"; of each of `names`, or of every managed process where that is "all". Waits until
// each is where it was told to be or cannot get there, telling of every change on standard output, and returns the exit
// status.
int tell_processes(const std::string& instance, std::string_view verb, std::vector<std::string> names,
                   nanoseconds patience);

} // namespace reeve::cli
