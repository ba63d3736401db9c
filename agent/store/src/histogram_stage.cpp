// SPDX-License-Identifier: Apache-2.0
#include "histogram_stage.hpp"

#include "hash.hpp"

#include <algorithm>

namespace reeve::store {

std::uint32_t histogram_stage::find(std::uint32_t family, std::uint32_t label) const {
  return index_.find(hash_pair(family, label), [&](std::uint32_t at) {
    return entries_[at].label == label && entries_[at].family == family;
  });
}

void histogram_stage::put(std::uint32_t family, std::uint32_t label, double sum, std::uint64_t count,
                          std::span<const std::uint64_t> buckets) {
  if (const std::uint32_t known = find(family, label); known != no_record) {
    entry& replaced = entries_[known];
    replaced.sum = sum;
    replaced.count = count;
    std::copy(buckets.begin(), buckets.end(),
              buckets_.begin() + static_cast<std::ptrdiff_t>(replaced.first_bucket));
    return;
  }
  const std::uint32_t at = size();
  entries_.push_back({sum, count, family, label, buckets_.size()});
  buckets_.insert(buckets_.end(), buckets.begin(), buckets.end());
  index_.insert(hash_pair(family, label), at, [this](std::uint32_t other) {
    return hash_pair(entries_[other].family, entries_[other].label);
  });
  labels_.retain(label);
  if (family >= of_.size()) of_.resize(family + 1);
  ++of_[family];
}

std::vector<histogram_block> histogram_stage::settle(const family_table& families) {
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const entry& a, const entry& b) { return a.family < b.family; });
  std::vector<histogram_block> blocks;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const entry& e = entries_[i];
    const auto& spec = families.at(e.family).spec;
    if (i == 0 || entries_[i - 1].family != e.family) blocks.push_back({spec, {}});
    const auto first = buckets_.begin() + static_cast<std::ptrdiff_t>(e.first_bucket);
    const auto past = first + static_cast<std::ptrdiff_t>(spec->bounds.size() + 1);
    blocks.back().values.push_back({labels_.ref(e.label), e.sum, e.count, {first, past}});
  }
  clear();
  return blocks;
}

void histogram_stage::clear() {
  for (const entry& e : entries_) {
    labels_.release(e.label);
    --of_[e.family];
  }
  entries_.clear();
  buckets_.clear();
  index_.clear();
}

} // namespace reeve::store
