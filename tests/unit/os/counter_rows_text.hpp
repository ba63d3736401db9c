// SPDX-License-Identifier: Apache-2.0
// Rows of counters as lines, for comparison: "cpu_seconds{cpu=0,mode=user} 1.5".
#pragma once

#include "reeve/base/strings.hpp"
#include "reeve/os/counter_source.hpp"

#include <cmath>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::os::test {

inline std::string number_text(double value) {
  const bool whole = value >= 0 && value < 1e18 && value == std::floor(value);
  return whole ? cat(static_cast<std::uint64_t>(value)) : cat(value);
}

inline std::vector<std::string> lines_of(const counter_rows& rows,
                                         std::span<const counter_measure> measures) {
  std::vector<std::string> out;
  for (const counter_row& r : rows.rows) {
    const counter_measure& m = measures[r.measure];
    std::string labels;
    for (std::size_t i = 0; i < r.labels.size(); ++i)
      if (!m.label_keys[i].empty())
        labels += cat(labels.empty() ? "" : ",", m.label_keys[i], "=", rows.view(r.labels[i]));
    out.push_back(
        cat(m.name, labels.empty() ? "" : "{", labels, labels.empty() ? "" : "}", " ", number_text(r.value)));
  }
  return out;
}

// Every beginning of the text, each in memory of exactly its size, so that a sanitizer sees a read past its end.
inline void each_truncation(const std::string& text, const std::function<void(std::string_view)>& see) {
  for (std::size_t length = 0; length <= text.size(); ++length) {
    const auto copy = std::make_unique<char[]>(length);
    text.copy(copy.get(), length);
    see({copy.get(), length});
  }
}

} // namespace reeve::os::test
