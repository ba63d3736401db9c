// SPDX-License-Identifier: Apache-2.0
#include "several_holders.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/process_control.hpp"

namespace reeve::app {

error several_hold(std::string_view what, const std::set<process_id>& who) {
  constexpr std::size_t enough = 300; // bytes
  std::string names;
  for (const process_id& id : who) {
    if (names.size() > enough) {
      names += ", ...";
      break;
    }
    names += cat(names.empty() ? "" : ", ", os::describe_process(id));
  }
  return {errc::limit, cat(who.size(), " processes hold ", what, ": ", names), 0};
}

} // namespace reeve::app
