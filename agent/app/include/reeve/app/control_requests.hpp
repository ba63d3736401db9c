// SPDX-License-Identifier: Apache-2.0
// What the command line asks a running agent over the control channel. The first line of an answer is "ok" or "failed".
// Questions about sockets: socket_query.hpp.
#pragma once

#include <string>
#include <string_view>

namespace reeve::app {

inline constexpr const char* reload_request = "reload"; // answered when the reload has ended, with its report
inline constexpr const char* stop_request = "stop";     // answered at once
inline constexpr std::string_view samples_verb =
    "samples "; // and a plugin: what it sampled last, in text format 0.0.4

inline std::string samples_request(std::string_view plugin) {
  return std::string(samples_verb).append(plugin);
}

} // namespace reeve::app
