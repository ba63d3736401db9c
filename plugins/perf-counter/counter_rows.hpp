// SPDX-License-Identifier: Apache-2.0
// The host's rows by their strides, so that a newer host's longer ones are read too.
#pragma once

#include "reeve/counters.h"
#include "reeve/table.hpp"

#include <cstddef>
#include <string_view>

namespace reeve::perf_counter {

class counter_rows {
 public:
  explicit counter_rows(const reeve_counter_rows& raw) noexcept : raw_(raw) {}

  // False: a host older than this header, whose rows lack what is read here.
  bool readable() const noexcept {
    return (raw_.n_rows == 0 || raw_.row_stride >= sizeof(reeve_counter_row)) &&
           (raw_.n_measures == 0 || raw_.measure_stride >= sizeof(reeve_counter_measure)) &&
           (raw_.n_statuses == 0 || raw_.status_stride >= sizeof(reeve_counter_status));
  }
  std::size_t size() const noexcept { return raw_.n_rows; }
  const reeve_counter_row& row(std::size_t i) const noexcept {
    return sdk::row_at(raw_.rows, raw_.row_stride, i);
  }
  std::size_t measures() const noexcept { return raw_.n_measures; }
  const reeve_counter_measure& measure(std::size_t i) const noexcept {
    return sdk::row_at(raw_.measures, raw_.measure_stride, i);
  }
  std::size_t statuses() const noexcept { return raw_.n_statuses; }
  const reeve_counter_status& status(std::size_t i) const noexcept {
    return sdk::row_at(raw_.statuses, raw_.status_stride, i);
  }
  std::string_view text(reeve_counter_text t) const noexcept { return {raw_.text + t.offset, t.length}; }

 private:
  const reeve_counter_rows& raw_;
};

} // namespace reeve::perf_counter
