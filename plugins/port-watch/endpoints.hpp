// SPDX-License-Identifier: Apache-2.0
// Connections of this machine's processes to declared endpoints, by process name and state. Pure.
#pragma once

#include "listeners.hpp"
#include "options.hpp"
#include "reeve/process_table.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace reeve::port_watch {

// What a group is called whose processes are not known: nobody holds the connection any more, or who does is hidden.
inline constexpr const char* no_group = "unknown";

struct endpoint_usage {
  std::map<std::string, state_counts, std::less<>> groups; // by process name
  std::uint32_t in_use =
      0;                  // connections that count against the limit: all but those that are over (time_wait)
  bool exhausted = false; // at or over the limit's warn_ratio
};

// The change is told once: when `exhausted` becomes true or false.
struct endpoint_change {
  std::size_t endpoint = 0; // in options::endpoints
  bool exhausted = false;
};

class endpoints {
 public:
  explicit endpoints(const std::vector<declared_endpoint>& declared)
      : declared_(declared), usage_(declared.size()) {}

  std::vector<endpoint_change> update(const socket_rows& rows, const sdk::process_names& names);
  const endpoint_usage& operator[](std::size_t i) const noexcept { return usage_[i]; }

 private:
  const std::vector<declared_endpoint>& declared_;
  std::vector<endpoint_usage> usage_;
};

} // namespace reeve::port_watch
