// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/process_state.hpp"

#include "reeve/base/strings.hpp"

namespace reeve::supervise {

const char* name_of(process_state s) noexcept {
  constexpr const char* names[] = {"stopped", "blocked",  "starting", "running", "stopping", "killing",
                                   "stuck",   "cleaning", "waiting",  "exited",  "given_up"};
  static_assert(std::size(names) == all_process_states.size());
  return names[static_cast<std::size_t>(s)];
}

std::string to_text(const process_end& e) {
  return cat(e.by_signal ? "signal " : "exit code ", e.code);
}

} // namespace reeve::supervise
