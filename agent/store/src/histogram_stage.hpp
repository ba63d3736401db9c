// SPDX-License-Identifier: Apache-2.0
// The histograms of the running cycle. They have no handles: a cycle that wants one adds it.
#pragma once

#include "family_table.hpp"
#include "flat_index.hpp"
#include "label_table.hpp"
#include "reeve/store/snapshot.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace reeve::store {

class histogram_stage {
 public:
  explicit histogram_stage(label_table& labels) : labels_(labels) {}

  bool contains(std::uint32_t family, std::uint32_t label) const { return find(family, label) != no_record; }
  // A histogram staged before under the same labels is replaced; a family's bucket count never changes.
  void put(std::uint32_t family, std::uint32_t label, double sum, std::uint64_t count,
           std::span<const std::uint64_t> buckets);
  std::vector<histogram_block> settle(const family_table& families); // and forgets them
  void clear();

  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(entries_.size()); }
  std::uint32_t size_of(std::uint32_t family) const noexcept { return family < of_.size() ? of_[family] : 0; }

 private:
  struct entry {
    double sum;
    std::uint64_t count;
    std::uint32_t family;
    std::uint32_t label;
    std::size_t first_bucket;
  };
  std::uint32_t find(std::uint32_t family, std::uint32_t label) const;

  label_table& labels_;
  std::vector<entry> entries_;
  std::vector<std::uint64_t> buckets_;
  std::vector<std::uint32_t> of_; // by family
  flat_index index_;
};

} // namespace reeve::store
