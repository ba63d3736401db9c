// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/os/keeper_record.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace reeve::supervise {

enum class process_state : std::uint8_t {
  stopped,  // not started yet, or stopped as asked
  blocked,  // may not start yet: a port is taken, or another process is not up
  starting, // its hook before the start, the start, its hook after
  running,
  stopping, // its hook before the stop, and being asked to end
  killing,  // did not end when asked
  stuck,    // was killed and is still there
  cleaning, // has ended; its hook after the stop
  waiting,  // for its next start
  exited,   // ended by itself, and its restart rule wants no restart
  given_up  // ended too often
};
inline constexpr std::array all_process_states{
    process_state::stopped,  process_state::blocked, process_state::starting, process_state::running,
    process_state::stopping, process_state::killing, process_state::stuck,    process_state::cleaning,
    process_state::waiting,  process_state::exited,  process_state::given_up};
const char* name_of(process_state s) noexcept; // "stopped", ..., "given_up"

using process_end = os::child_end;
inline bool is_failure(const process_end& e) noexcept {
  return e.by_signal || e.code != 0;
}
std::string to_text(const process_end& e); // "exit code 3", "signal 9"

} // namespace reeve::supervise
