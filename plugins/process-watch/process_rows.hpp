// SPDX-License-Identifier: Apache-2.0
// Safe reading of the table that the host hands over.
#pragma once

#include "subject.hpp"

#include "reeve/process_table.h"
#include "reeve/table.hpp"

#include <cstdint>
#include <string_view>

namespace reeve::process_watch {

class process_rows {
 public:
  explicit process_rows(const reeve_process_rows& raw) noexcept : raw_(raw) {}

  // False: the rows are older than this plugin's header and must not be touched.
  bool readable() const noexcept {
    return (raw_.n_rows == 0 && raw_.n_short_lived == 0) || raw_.row_stride >= sizeof(reeve_process_row);
  }
  std::uint32_t size() const noexcept { return raw_.n_rows; }
  const reeve_process_row& row(std::uint32_t i) const noexcept { return at(raw_.rows, i); }
  std::uint32_t short_lived_size() const noexcept { return raw_.n_short_lived; }
  const reeve_process_row& short_lived(std::uint32_t i) const noexcept { return at(raw_.short_lived, i); }

  // Empty where it lies outside of the table's text.
  std::string_view text(reeve_text t) const noexcept {
    if (t.offset > raw_.text_length || t.length > raw_.text_length - t.offset) return {};
    return {raw_.text + t.offset, t.length};
  }
  std::string_view text(const reeve_process_row& row, std::uint32_t field, reeve_text t) const noexcept {
    return (row.present & field) != 0 ? text(t) : std::string_view();
  }
  subject describe(const reeve_process_row& row) const noexcept {
    return {text(row.name),
            text(row, REEVE_PROCESS_EXECUTABLE, row.executable),
            text(row, REEVE_PROCESS_COMMAND_LINE, row.command_line),
            text(row, REEVE_PROCESS_USER, row.user),
            row.pid,
            row.start_unix_ns,
            (row.present & REEVE_PROCESS_START_TIME) != 0};
  }
  std::uint64_t generation() const noexcept { return raw_.generation; }
  std::uint64_t read_mono_ns() const noexcept { return raw_.read_mono_ns; }

 private:
  const reeve_process_row& at(const reeve_process_row* rows, std::uint32_t i) const noexcept {
    return sdk::row_at(rows, raw_.row_stride, i);
  }

  const reeve_process_rows& raw_;
};

} // namespace reeve::process_watch
