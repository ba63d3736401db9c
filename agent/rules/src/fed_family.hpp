// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "label_text.hpp"

#include "reeve/rules/series_memory.hpp"

#include "reeve/store/snapshot.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace reeve::rules {

// Which series of the memory the samples of one family of one source are. A row is what has its labels in common: one sample,
// or all of one histogram.
class fed_family {
 public:
  explicit fed_family(std::shared_ptr<const store::family_spec> spec);

  const store::family_spec& spec() const noexcept { return *spec_; }
  bool is_for(const store::family_spec& other) const noexcept {
    return spec_.get() == &other || *spec_ == other;
  }
  // Some selection may take some of its samples. Forgets which they were; to be asked when the selections are others.
  void look_at_selections(const series_memory& memory);
  bool is_wanted() const noexcept { return is_wanted_; }

  bool has_row(std::size_t row, const store::label_ref& labels) const noexcept {
    return row < labels_.size() && labels_[row] == labels;
  }
  std::size_t rows() const noexcept { return labels_.size(); }
  // The rows that there are now. The series of those that are none any more are appended to `gone`.
  void set_rows(std::span<const store::label_ref> labels, series_memory& memory, std::int64_t now_ms,
                std::vector<series_memory::series_number>& gone);
  void append(std::size_t row, double value, series_memory& memory, std::int64_t now_ms);
  void append(std::size_t row, const store::histogram_value& value, series_memory& memory,
              std::int64_t now_ms);
  std::span<const series_memory::series_number> numbers() const noexcept { return numbers_; }

 private:
  struct name {
    std::string metric;
    std::string le; // of a bucket
    bool is_wanted = false;
  };

  void put(std::size_t row, std::size_t which, double value, series_memory& memory, std::int64_t now_ms);
  series_memory::series_number find(std::size_t row, std::size_t which, series_memory& memory,
                                    std::int64_t now_ms);

  std::shared_ptr<const store::family_spec> spec_;
  bool is_wanted_ = false;
  std::vector<name> names_;                           // of one row; a histogram's: count, sum, buckets
  std::vector<store::label_ref> labels_;              // by row
  std::vector<series_memory::series_number> numbers_; // names_.size() of each row; 0: nobody wants it
  read_label_list room_;
};

} // namespace reeve::rules
