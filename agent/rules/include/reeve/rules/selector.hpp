// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/rules/label_set.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::rules {

class pattern; // a regular expression in RE2's dialect that must match the whole value

struct matcher {
  enum class relation : std::uint8_t { equal, not_equal, matches, matches_not };
  std::string name;
  relation is = relation::equal;
  std::string value;
  std::shared_ptr<const pattern> regex; // of matches and matches_not

  bool accepts(std::string_view label_value) const; // empty for a label that is not there
  friend bool operator==(const matcher& a, const matcher& b) {
    return a.name == b.name && a.is == b.is && a.value == b.value;
  }
};

struct selector {
  std::string metric;            // empty: any, as far as the matchers go
  std::vector<matcher> matchers; // without the one for the metric's name when that is known
  std::int64_t range_ms = 0;     // 0: the latest sample
  std::int64_t offset_ms = 0;    // back in time when positive

  // The samples that a value of it is made of lie so far back at most.
  std::int64_t reach_ms() const noexcept;
  bool accepts(const label_set& labels) const;
  // Alike in which series they select.
  bool selects_as(const selector& other) const noexcept {
    return metric == other.metric && matchers == other.matchers;
  }
};

// How long a series without a new sample is still there; Prometheus' --query.lookback-delta.
inline constexpr std::int64_t lookback_ms = 300'000;
// Prometheus 2.42 counts a sample at the very beginning of a range or of the time above in; 3.0 does not.
inline constexpr bool is_range_left_open = false;

} // namespace reeve::rules
