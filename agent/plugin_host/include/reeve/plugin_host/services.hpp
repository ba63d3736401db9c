// SPDX-License-Identifier: Apache-2.0
// What plugin instances share: the agent hands one of these to each of them.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/telemetry/log.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace reeve::plugin_host {

struct tables;

// An event of a plugin or of the agent, copied out of the call that raised it. Valid UTF-8.
struct event {
  std::uint32_t severity = 0; // REEVE_TRACE to REEVE_FATAL
  std::uint32_t id = 0;
  nanoseconds unix_time{0};
  std::string source, name, message;
  std::vector<std::pair<std::string, std::string>> fields;
  std::uint64_t seq = 0; // counts the agent's events from 1; set before sinks see it
};

struct services {
  const clock& time;
  logger& log;
  plugin_host::tables& tables;
  std::function<bool(event&&)> raise; // false: the queue is full. Called from any thread; never blocks.
  std::string agent_version;
};

} // namespace reeve::plugin_host
