// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/file_lock_table.hpp"

namespace reeve::os {

const char* name_of(lock_kind k) noexcept {
  static constexpr const char* names[lock_kinds] = {"other", "posix", "ofd", "flock", "lease", "delegation"};
  return names[static_cast<std::size_t>(k)];
}

const char* name_of(lock_mode m) noexcept {
  static constexpr const char* names[] = {"other", "read", "write"};
  return names[static_cast<std::size_t>(m)];
}

const char* name_of(opening_kind k) noexcept {
  static constexpr const char* names[opening_kinds] = {
      "other", "descriptor", "mapping", "working_directory", "root_directory", "executable"};
  return names[static_cast<std::size_t>(k)];
}

const char* name_of(unresolved_reason r) noexcept {
  static constexpr const char* names[unresolved_reasons] = {"none", "access_denied", "unseen"};
  return names[static_cast<std::size_t>(r)];
}

void file_lock_rows::clear() {
  files.clear();
  openings.clear();
  locks.clear();
  holders.clear();
  blockers.clear();
  problems.clear();
  unreadable_processes = 0;
  unplaced_locks = 0;
  unreadable_lines = 0;
  unanswered_handles = 0;
}

} // namespace reeve::os
