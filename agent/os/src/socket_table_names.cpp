// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/socket_table.hpp"

namespace reeve::os {

const char* name_of(transport t) noexcept {
  return t == transport::tcp ? "tcp" : "udp";
}

const char* name_of(socket_state s) noexcept {
  static constexpr const char* names[socket_states] = {"other",      "established", "syn_sent",  "syn_recv",
                                                       "fin_wait1",  "fin_wait2",   "time_wait", "close",
                                                       "close_wait", "last_ack",    "listen",    "closing"};
  const auto index = static_cast<std::size_t>(s);
  return index < socket_states ? names[index] : names[0];
}

const char* name_of(unowned_reason r) noexcept {
  switch (r) {
  case unowned_reason::none:
    return "none";
  case unowned_reason::access_denied:
    return "access_denied";
  case unowned_reason::unseen:
    break;
  }
  return "unseen";
}

} // namespace reeve::os
