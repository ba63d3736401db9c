// SPDX-License-Identifier: Apache-2.0
// What is kept of a process between agents, as the text of its file "state".
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"
#include "reeve/supervise/managed_process.hpp"

#include <string>
#include <string_view>

namespace reeve::supervise {

struct kept_process {
  process_memory memory; // its times are monotonic
  std::string boot;      // of the start of the machine that it was written in
};

// Written in wall-clock time, which goes on when the machine starts again; one moment in both clocks says how to get from
// one to the other.
struct moment {
  nanoseconds mono{0};
  nanoseconds unix_time{0};
};

std::string to_text(const kept_process& k, const moment& now);
result<kept_process> kept_from_text(std::string_view text, const moment& now);

} // namespace reeve::supervise
