// SPDX-License-Identifier: Apache-2.0
// What an agent asks of a keeper: queued real-time signals with a value (sigqueue(3)), since any agent that comes can send
// those to a process that it knows, whoever started it.
#pragma once

#include "reeve/os/keeper.hpp"

#include <csignal>

namespace reeve::os {

inline int ask_signal() noexcept {
  return SIGRTMIN + 1;
}
inline int kill_signal() noexcept {
  return SIGRTMIN + 2;
}

// Of the incarnation that is meant, in the value of either signal: a keeper may have the next one in hand by the time that
// it arrives. 0: whichever it has.
inline int mark_of(std::uint64_t incarnation) noexcept {
  return static_cast<int>(incarnation & 0xffff) << 10;
}
inline bool is_meant(int value, std::uint64_t incarnation) noexcept {
  const int mark = value & mark_of(0xffff);
  return mark == 0 || mark == mark_of(incarnation);
}

inline int value_of(const stop_request& r) noexcept {
  return r.signal | (static_cast<int>(r.to) << 8);
}
inline stop_request request_of(int value) noexcept {
  stop_request r;
  r.signal = value & 0xff;
  r.to = static_cast<stop_request::scope>((value >> 8) & 3);
  return r;
}

} // namespace reeve::os
