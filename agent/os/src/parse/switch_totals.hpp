// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/process_id.hpp"
#include "reeve/os/process_table.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace reeve::os::parse {

// Windows counts context switches per thread, 32 bits wide, so the sum over a process's living threads falls
// when a thread ends or its count wraps around. This makes of those sums a number that never falls: only what
// was added from one reading to the next is counted. What a thread did between the last reading and its end
// is lost.
class switch_totals {
 public:
  // Every row's voluntary_switches is the sum of this reading and becomes the total of that identity.
  // Identities that are not among the rows are forgotten.
  void accumulate(process_rows& rows);

  std::size_t known() const noexcept { return entries_.size(); }

 private:
  struct entry {
    std::uint64_t last_sum = 0;
    std::uint64_t total = 0;
    std::uint64_t reading = 0;
  };
  std::unordered_map<process_id, entry> entries_;
  std::uint64_t reading_ = 0;
};

} // namespace reeve::os::parse
