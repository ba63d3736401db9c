// SPDX-License-Identifier: Apache-2.0
#include "parse/switch_totals.hpp"

namespace reeve::os::parse {

void switch_totals::accumulate(process_rows& rows) {
  ++reading_;
  for (process_row& row : rows.rows) {
    entry& e = entries_[row.id];
    const std::uint64_t sum = row.voluntary_switches;
    if (sum > e.last_sum) e.total += sum - e.last_sum;
    e.last_sum = sum;
    e.reading = reading_;
    row.voluntary_switches = e.total;
  }
  std::erase_if(entries_, [this](const auto& item) { return item.second.reading != reading_; });
}

} // namespace reeve::os::parse
