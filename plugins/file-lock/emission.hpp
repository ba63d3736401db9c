// SPDX-License-Identifier: Apache-2.0
// The metrics and events of one tick.
#pragma once

#include "options.hpp"
#include "reeve/process_table.hpp"
#include "tracker.hpp"

#include "reeve/plugin.hpp"

#include <cstdint>

namespace reeve::file_lock {

class emission {
 public:
  explicit emission(const options& o) : options_(o) {}

  // Throws what the host refuses.
  void declare(const sdk::host& host, const sdk::call& call);
  reeve_status write(const sdk::host& host, const sdk::call& call, const watched_files& files,
                     const sdk::process_names& names);

 private:
  const options& options_;
  std::uint32_t holders_ = 0, holder_ = 0, waiters_ = 0, locked_ = 0, wait_ = 0, in_cycle_ = 0, files_ = 0,
                limited_ = 0;
};

void raise(const sdk::host& host, const options& o, const wait_event& event, const sdk::process_names& names);

} // namespace reeve::file_lock
