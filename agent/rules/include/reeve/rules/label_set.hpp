// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::rules {

inline constexpr std::string_view metric_name_label = "__name__";

struct label {
  std::string_view name, value;
  friend bool operator==(const label&, const label&) = default;
};

// A metric's name and its other labels, ordered by name, none of them empty. Immutable; stays where it was made.
class label_set {
 public:
  // `labels` in any order, each name once; "__name__" among them is the metric's name. Empty values are left out.
  static std::unique_ptr<const label_set> make(std::string_view metric, std::vector<label> labels);

  std::string_view metric() const noexcept { return metric_; } // empty: none
  std::span<const label> others() const noexcept { return labels_; }
  std::string_view get(std::string_view name) const noexcept; // empty: not there
  std::uint64_t id() const noexcept { return id_; }           // of this object, never given twice
  std::string text(bool with_metric = true) const;            // up{job="a"}, {} without any
  std::size_t bytes() const noexcept;                         // of memory

  label_set(const label_set&) = delete;
  label_set& operator=(const label_set&) = delete;

 private:
  label_set(std::string_view metric, const std::vector<label>& labels);

  std::string text_; // what the views point into
  std::string_view metric_;
  std::vector<label> labels_;
  std::uint64_t id_;
};

using label_set_ptr = std::unique_ptr<const label_set>;

// "a \"quoted\" text" as expressions and expositions write it.
std::string quoted(std::string_view text);

} // namespace reeve::rules
