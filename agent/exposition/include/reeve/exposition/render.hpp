// SPDX-License-Identifier: Apache-2.0
// Snapshots as exposition text, piece by piece, so that a big one never stands in memory as a whole.
#pragma once

#include "reeve/exposition/format.hpp"
#include "reeve/store/snapshot.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace reeve::exposition {

// One rendering of one set of snapshots, which it keeps alive. Used by one thread at a time.
//
// Families of several snapshots that share name and schema become one. Where a family takes a name that an
// earlier one with another schema has taken, it is left out; so is a series that an earlier snapshot already
// has. Families come in the order in which the snapshots first show them.
class renderer {
 public:
  renderer(std::vector<store::snapshot_ptr> snapshots, format f); // null pointers among them are skipped
  ~renderer();
  renderer(renderer&&) noexcept;
  renderer& operator=(renderer&&) noexcept;

  // Appends whole lines until `chunk` has grown by at least that much or nothing is left. False: nothing was
  // left and nothing was appended.
  bool next(std::string& chunk, std::size_t at_least_bytes = 64 * 1024);

  std::uint64_t dropped_families() const noexcept; // final from the start
  std::uint64_t dropped_series() const noexcept;   // final when next() has returned false

 private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace reeve::exposition
