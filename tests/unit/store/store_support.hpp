// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/store/batch.hpp"

#include <initializer_list>
#include <map>
#include <string>
#include <vector>

namespace reeve::store {

inline family_spec gauge(std::string name, std::vector<std::string> keys = {}) {
  family_spec spec;
  spec.name = std::move(name);
  spec.label_keys = std::move(keys);
  return spec;
}

inline family_spec histogram(std::string name, std::vector<double> bounds,
                             std::vector<std::string> keys = {}) {
  family_spec spec = gauge(std::move(name), std::move(keys));
  spec.kind = metric_kind::histogram;
  spec.bounds = std::move(bounds);
  return spec;
}

inline std::vector<label_value> values(std::initializer_list<std::string_view> texts) {
  std::vector<label_value> made;
  for (const std::string_view text : texts)
    made.push_back({text, 0});
  return made;
}

// `family{labels}` to value; a series that stands twice shows as a wrong size() beside snapshot::values.
inline std::map<std::string, double> samples_of(const snapshot& s) {
  std::map<std::string, double> found;
  for (const layout::block& block : s.series->blocks)
    for (std::uint32_t i = block.first; i < block.first + block.count; ++i)
      found[block.family->name + '{' + std::string(s.series->labels[i].text()) + '}'] = s.values[i];
  return found;
}

inline snapshot_ptr commit(batch& b, std::uint64_t cycle = 0) {
  return b.commit(nanoseconds{1}, nanoseconds{2}, cycle);
}

} // namespace reeve::store
