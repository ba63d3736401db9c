// SPDX-License-Identifier: Apache-2.0
// Where one plugin stages a cycle: all of it is published, or nothing.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/store/snapshot.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace reeve::store {

struct batch_limits {
  std::uint32_t max_families = 500;
  std::uint32_t max_series = 200'000;  // live series and histograms together
  std::uint32_t max_label_bytes = 256; // a value is cut there, at a character boundary
  std::uint32_t max_symbols = 65'536;
};

struct batch_counters {
  std::uint64_t samples_total = 0;           // published
  std::uint64_t dropped_series_total = 0;    // over a limit; counted once per refused write
  std::uint64_t rejected_families_total = 0; // illegal name, other schema, over the limit
};

using family_id = std::uint32_t; // dense, from 0
using series_id = std::uint64_t; // 0 is never issued
using symbol_id = std::uint32_t; // 0 is never issued

// A label value: text, or a symbol interned before when the text has no data pointer.
struct label_value {
  std::string_view text;
  symbol_id symbol = 0;
};

// One per plugin instance; used by one thread at a time.
class batch {
 public:
  explicit batch(batch_limits limits);
  ~batch();
  batch(const batch&) = delete;
  batch& operator=(const batch&) = delete;

  // Same name and schema again: the same id. Another schema, an illegal name, label key, unit or bound list:
  // invalid_argument with the reason. Over the limit: limit.
  result<family_id> family(const family_spec& spec);
  // Number of label keys, and of buckets with +Inf's; nothing for an id that was never issued.
  std::optional<std::uint32_t> label_count(family_id family) const noexcept;
  std::optional<std::uint32_t> bucket_count(family_id family) const noexcept;
  result<symbol_id> intern(std::string_view text);

  // One value per label key of the family, in their order; an empty one is as good as none. Label sets that
  // are equal after cutting are one series. Same labels again: the same id. Not for histograms. A series
  // lives until drop(); it is part of a snapshot only in cycles that wrote it. Over the limit: limit,
  // counted.
  result<series_id> series(family_id family, std::span<const label_value> labels);
  void drop(series_id series);

  // The cycle begins with nothing staged. The last write to a series wins.
  void begin();
  bool set(series_id series, double value); // false: no such series, nothing is written
  // By labels; a series made here is dropped again by the first commit that finds it unwritten, unless
  // series() named it meanwhile. `same_labels`: the caller knows that they are those of its last call on this
  // batch, so that for families with equal label keys they need not be rendered again.
  result<> add(family_id family, std::span<const label_value> labels, double value, bool same_labels = false);
  // `buckets` as in histogram_value; they add up to `count`. A histogram must be added in every cycle that
  // shall show it.
  result<> add_histogram(family_id family, std::span<const label_value> labels, double sum,
                         std::uint64_t count, std::span<const std::uint64_t> buckets);
  // What was written since begin(), as one immutable snapshot.
  snapshot_ptr commit(nanoseconds mono_time, nanoseconds unix_time, std::uint64_t cycle);
  void discard(); // forgets it; the series themselves stay

  const batch_counters& counters() const noexcept;
  std::uint32_t live_series() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace reeve::store
