// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/rules/series_memory.hpp"

#include "reeve/store/board.hpp"
#include "reeve/store/snapshot.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::rules {

// Brings what the sources publish into the memory of series: the samples that an exposition in OpenMetrics shows, at the
// time of their snapshot. One thread at a time.
class snapshot_feed {
 public:
  // It must outlive this.
  explicit snapshot_feed(series_memory& memory);
  ~snapshot_feed();

  // The newest snapshot of each source; one that was there before is passed over. What a source has no longer ends with its
  // new snapshot, and what it had, at `now_ms`, when it is not among them any more. `clock_offset` is that of clock_watch: a
  // snapshot from before the clock was set is taken at its time by the clock of now. Nothing: none was.
  void take(std::span<const store::board::entry> sources, std::int64_t now_ms,
            std::optional<nanoseconds> clock_offset = std::nullopt);
  // The memory has other selections than before.
  void selections_changed() noexcept { is_new_selection_ = true; }

 private:
  struct source;
  series_memory& memory_;
  std::vector<std::unique_ptr<source>> sources_;
  bool is_new_selection_ = false;
};

} // namespace reeve::rules
