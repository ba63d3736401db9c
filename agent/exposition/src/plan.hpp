// SPDX-License-Identifier: Apache-2.0
// Which families stand in an exposition, and which snapshots' blocks each is made of.
#pragma once

#include "reeve/store/snapshot.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace reeve::exposition {

struct family_part { // one snapshot's share of a family
  const store::snapshot* source = nullptr;
  const store::layout::block* series = nullptr;       // either this
  const store::histogram_block* histograms = nullptr; // or this

  std::size_t size() const noexcept { return series ? series->count : histograms->values.size(); }
  const store::label_ref& labels(std::size_t row) const noexcept {
    return series ? source->series->labels[series->first + row] : histograms->values[row].labels;
  }
};

struct family_plan {
  const store::family_spec* spec = nullptr;
  std::vector<family_part> parts;
};

// Points into the snapshots. No two plans take the same metric name. What clashes is counted into
// dropped_families.
std::vector<family_plan> make_plan(std::span<const store::snapshot_ptr> snapshots,
                                   std::uint64_t& dropped_families);

} // namespace reeve::exposition
