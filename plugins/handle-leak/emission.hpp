// SPDX-License-Identifier: Apache-2.0
// What leak_watch found, as metrics and events. Only what is suspected or a candidate has series, so that a machine
// without leaks has next to none.
#pragma once

#include "kind_watch.hpp"
#include "leak_watch.hpp"

#include "reeve/plugin.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace reeve::handle_leak {

class emission {
 public:
  explicit emission(std::size_t max_reported) : max_reported_(max_reported) {}

  // Declares the families. In start().
  void declare(const sdk::host& host, const sdk::call& call);
  // One sample: every series that is to be seen. Throws sdk::failure when the host refuses the batch. Without `kinds`
  // nothing is said of these.
  reeve_status write(const sdk::host& host, const sdk::call& call, const leak_watch& watch,
                     const kind_watch* kinds);
  // The changes of the last reading.
  static void tell(const sdk::host& host, const leak_watch& watch, const kind_watch* kinds);

 private:
  struct reported {
    const watched_process* process;
    const leak_verdict* verdict;
    std::uint32_t pid;
    resource of;
  };
  void find_reported(const leak_watch& watch);
  reeve_status write_one(const sdk::host& host, const sdk::call& call, const leak_watch& watch,
                         const reported& r) const;
  reeve_status write_kind(const sdk::host& host, const sdk::call& call, const kind_watch& kinds,
                          const reported& r) const;
  reeve_status write_unread(const sdk::host& host, const sdk::call& call, const kind_watch& kinds) const;

  const std::size_t max_reported_;
  std::uint32_t slope_ = 0, confidence_ = 0, seconds_ = 0, suspected_ = 0, handles_ = 0;
  std::uint64_t watched_ = 0, left_out_ = 0, unreported_series_ = 0;
  std::uint64_t suspicions_[resources]{};
  std::array<std::uint64_t, all_unread_reasons.size()> unread_{};
  std::vector<reported> reported_;
  std::size_t unreported_ = 0;
};

} // namespace reeve::handle_leak
