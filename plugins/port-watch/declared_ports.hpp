// SPDX-License-Identifier: Apache-2.0
// Declared ports against what listens: who has one now, whether that is as declared, and what changed since. Pure.
#pragma once

#include "listeners.hpp"
#include "options.hpp"
#include "reeve/process_table.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace reeve::port_watch {

enum class port_change : std::uint8_t {
  taken,         // by somebody who should not have it
  gone,          // nobody listens, and somebody should
  changed_hands, // other processes than before, as declared
  restored,      // as declared again
};

struct port_event {
  port_change what{};
  std::size_t port = 0;            // in options::ports
  std::vector<process_ref> owners; // now
  std::string names;               // theirs, and where nobody is known why
};

class declared_ports {
 public:
  explicit declared_ports(const std::vector<declared_port>& ports) : ports_(ports), states_(ports.size()) {}

  struct state {
    bool known = false;     // it was looked at before
    bool listening = false; // somebody does
    bool as_declared = false;
    std::uint64_t conflicts_total = 0; // times that somebody else took it
    std::vector<process_ref> owners;
  };
  // What changed since the last update. Not knowing an owner is no conflict: it may be the expected one.
  std::vector<port_event> update(const listener_map& listeners, const sdk::process_names& names);
  const state& operator[](std::size_t i) const noexcept { return states_[i]; }

 private:
  const std::vector<declared_port>& ports_;
  std::vector<state> states_;
};

} // namespace reeve::port_watch
