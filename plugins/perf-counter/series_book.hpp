// SPDX-License-Identifier: Apache-2.0
// From rows to series: families by measure, series by instance, and what becomes of a counter that goes back.
#pragma once

#include "counter_rows.hpp"
#include "options.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace reeve::perf_counter {

// What one counter of an instance is shown as. Never a value that a rate would take for work that was not done:
// - A little less than before (the kernel corrects some of its counters) is shown as before until it has caught up.
// - Much less is a new beginning, or a wrap, and is shown as it is: a rate knows how to take that.
// - Another instance of the same name begins at 0, whatever its own counter says.
class counter_value {
 public:
  double next(double raw, std::uint64_t identity) noexcept;

 private:
  std::uint64_t identity_ = 0;
  double raw_ = 0, base_ = 0;
  bool seen_ = false;
};

class series_book {
 public:
  explicit series_book(const options& o);

  // Sends a point for every row of ours; series of instances that are gone are dropped. The points that the host has
  // no room for are the status.
  reeve_status write(const sdk::host& host, const sdk::call& call, const counter_rows& rows);

  // Series left out by max_instances in the last write(), by position in options::counters.
  const std::vector<std::uint64_t>& left_out() const noexcept { return left_out_; }

 private:
  struct column { // of a measure: the family it is shown in
    std::uint32_t family = 0;
    std::uint32_t live = 0; // series
    double scale = 1;
    bool resolved = false, refused = false, counts = false;
    std::uint32_t keys = 0;
  };
  struct series {
    std::uint32_t measure = 0;
    std::uint64_t handle = 0;
    std::string labels[2]; // as the row has them
    counter_value value;
    double raw = 0; // of this writing: rows that look alike are added up
    std::uint64_t identity = 0;
    std::uint64_t written = 0; // number of the writing that saw it last
  };

  static constexpr std::uint32_t not_ours = UINT32_MAX;

  column& resolve(const sdk::host& host, const sdk::call& call, const counter_rows& rows,
                  std::uint32_t measure, const wanted_counter& from);
  series* find(const sdk::host& host, const sdk::call& call, const counter_rows& rows,
               const reeve_counter_row& row, std::uint32_t position);
  void drop_unseen(const sdk::host& host, const sdk::call& call);

  const options& options_;
  std::vector<std::uint32_t> ours_; // by the number of a request: position in options::counters, or not_ours
  std::vector<column> columns_;     // by the number of a measure
  std::unordered_map<std::string, std::unique_ptr<series>> all_; // by measure and labels as shown
  std::vector<series*>
      order_;                 // of the rows of the last writing: the next has mostly the same; null: left out
  std::vector<series*> live_; // of this writing, once each
  std::vector<std::uint64_t> left_out_;
  std::string key_;
  std::uint64_t writing_ = 0;
};

} // namespace reeve::perf_counter
