// SPDX-License-Identifier: Apache-2.0
// What the command line asks a running agent over the control channel. The first line of an answer is "ok" or "failed".
// Questions about sockets: socket_query.hpp.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/supervise/supervisor.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace reeve::app {

inline constexpr const char* reload_request = "reload"; // answered when the reload has ended, with its report
inline constexpr const char* stop_request = "stop";     // the agent alone; answered at once
inline constexpr const char* stop_all_request = "stop-all"; // with the processes that it manages
inline constexpr std::string_view compare_verb =
    "compare "; // and a file: what its reload would do to the processes
inline constexpr std::string_view samples_verb =
    "samples "; // and a plugin: what it sampled last, in text format 0.0.4

inline std::string samples_request(std::string_view plugin) {
  return std::string(samples_verb).append(plugin);
}

// "processes status", or "processes VERB WORD" where the verb is start, stop, restart or reset and the word a name, the name
// of a group, or all. Those are answered at once with the names that are meant, a line each; how far they have come is in the
// status.
inline constexpr std::string_view processes_verb = "processes ";

// "rules list": a line for each rule: its name, alerts that fire, alerts that are pending, what keeps it from being evaluated,
// separated by tabs. "rules explain NAME" and "rules silences": text for a person. "rules reset NAME", "rules unsilence ID".
// "rules status": see rule_status.hpp.
// "rules eval EXPRESSION": over what the agent has now. A line with the time in Unix milliseconds; then lines with fields
// separated by tabs: "warning" and a text, "scalar" and a number, or "sample", a number and a series.
// "rules unknown " and a line for each metric: those of them that nobody has.
// "rules silence " and lines: until when in Unix nanoseconds, a comment, and a matcher each; answered with the number, and a
// line for each rule that it names and nobody has.
// "rules silences": a line each, between tabs the number, until when, by whom, the comment, and of each
// matcher the name, 1 or 0 for = or !=, and the value.
inline constexpr std::string_view rules_verb = "rules ";

// The status as text: a line for each process, its fields separated by tabs. Times are in nanoseconds.
std::string to_text(const std::vector<supervise::process_status>& all);
result<std::vector<supervise::process_status>> parse_processes(std::string_view text);

} // namespace reeve::app
