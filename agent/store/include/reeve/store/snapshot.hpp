// SPDX-License-Identifier: Apache-2.0
// What one plugin published in one cycle. Immutable and shared: a scrape may render it while the next is
// being staged.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/store/label_text.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace reeve::store {

enum class metric_kind : std::uint8_t { gauge, counter, histogram, info };

// A metric family as its owner declared it. The exposition adds _total, _info, _bucket, _sum and _count.
struct family_spec {
  metric_kind kind = metric_kind::gauge;
  std::string name; // [a-zA-Z_:][a-zA-Z0-9_:]*, without the suffixes above
  std::string help; // UTF-8
  std::string unit; // empty, or what the name ends in ("seconds")
  std::vector<std::string> label_keys;
  std::vector<double> bounds;   // histograms: ascending upper bounds; +Inf is implied
  std::uint32_t max_series = 0; // 0: only the batch's own limit counts

  friend bool operator==(const family_spec&, const family_spec&) = default;
};

// Which series there are. Successive snapshots share one layout while no series comes or goes.
struct layout {
  struct block {
    std::shared_ptr<const family_spec> family;
    std::uint32_t first = 0; // of labels and of snapshot::values
    std::uint32_t count = 0;
  };
  std::vector<block> blocks; // each family once, none empty
  std::vector<label_ref> labels;
};

struct histogram_value {
  label_ref labels;
  double sum = 0;
  std::uint64_t count = 0;
  std::vector<std::uint64_t> buckets; // one per bound and one for +Inf; not cumulative
};

struct histogram_block {
  std::shared_ptr<const family_spec> family;
  std::vector<histogram_value> values; // not empty
};

struct snapshot {
  std::shared_ptr<const layout> series; // never null
  std::vector<double> values;           // one per series->labels
  std::vector<histogram_block> histograms;
  nanoseconds mono_time{0}; // when its sampling began, on the agent's steady clock
  nanoseconds unix_time{0};
  std::uint64_t cycle = 0;
};

using snapshot_ptr = std::shared_ptr<const snapshot>;

} // namespace reeve::store
