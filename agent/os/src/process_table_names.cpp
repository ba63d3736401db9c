// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/process_table.hpp"

#include <algorithm>

namespace reeve::os {

const char* name_of(process_state state) noexcept {
  switch (state) {
  case process_state::other:
    return "other";
  case process_state::running:
    return "running";
  case process_state::sleeping:
    return "sleeping";
  case process_state::waiting:
    return "waiting";
  case process_state::stopped:
    return "stopped";
  case process_state::zombie:
    return "zombie";
  case process_state::idle:
    return "idle";
  }
  return "other";
}

const char* name_of(unreadable_reason reason) noexcept {
  switch (reason) {
  case unreadable_reason::access_denied:
    return "access_denied";
  case unreadable_reason::vanished:
    return "vanished";
  case unreadable_reason::failed:
    return "failed";
  }
  return "failed";
}

result<> process_table::read_some(std::span<const std::uint32_t> pids, process_fields wanted,
                                  process_rows& out) {
  if (auto all = read(wanted, out); !all) return all;
  std::erase_if(out.rows, [&](const process_row& row) {
    return std::find(pids.begin(), pids.end(), row.id.pid) == pids.end();
  });
  return {};
}

} // namespace reeve::os
