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

// Of a job, see process_status::last_result: its last run is over, however it ended.
bool is_job_at_rest(const supervise::process_status& s);

// `verb`: "start", "stop" or "restart"; of each process that one of `words` stands for, see app::processes_verb. Waits until
// each is where it was told to be or cannot get there, telling of every change on standard output, and returns the exit
// status.
int tell_processes(const std::string& instance, std::string_view verb, const std::vector<std::string>& words,
                   nanoseconds patience);
int reset_processes(const std::string& instance, const std::vector<std::string>& words);

// What a reload of that file, an absolute path, would do to the processes: lines for a person.
result<std::string> ask_changes(const std::string& instance, const std::string& file);

} // namespace reeve::cli
