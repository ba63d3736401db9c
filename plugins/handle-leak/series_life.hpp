// SPDX-License-Identifier: Apache-2.0
// What is known of one series of one process since it last began anew. Bounded, never allocates. One thread at a time.
#pragma once

#include "recent_changes.hpp"
#include "series_blocks.hpp"

#include <cstdint>

namespace reeve::handle_leak {

class series_life {
 public:
  // True when this reading completed a block, so that there is something new to judge. `seconds` must grow.
  bool add(double seconds, double value) noexcept;

  // Whether the latest reading began a new life: a restart that the caller does not know of, which shows as values well
  // below every floor of the later life, twice in a row.
  bool began_anew() const noexcept { return began_anew_; }

  std::uint32_t readings() const noexcept { return readings_; } // forgotten ones too
  const series_blocks& blocks() const noexcept { return blocks_; }
  const recent_changes& changes() const noexcept { return changes_; }

 private:
  bool looks_like_restart(double value) noexcept;
  float grown_up_floor() const noexcept; // infinite: not known yet

  series_blocks blocks_;
  recent_changes changes_;
  std::uint32_t readings_ = 0;
  std::uint32_t low_readings_ = 0; // in a row, that look like a restart
  float floor_before_ = 0;         // the first of these
  bool began_anew_ = false;
};

} // namespace reeve::handle_leak
