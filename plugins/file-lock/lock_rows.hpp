// SPDX-License-Identifier: Apache-2.0
// Safe reading of the file lock table that the host hands over.
#pragma once

#include "reeve/file_locks.h"
#include "reeve/table.hpp"

#include <cstdint>
#include <string_view>

namespace reeve::file_lock {

class lock_rows {
 public:
  explicit lock_rows(const reeve_file_lock_rows& raw) noexcept : raw_(raw) {}

  // False: the rows are older than this plugin's header and must not be touched.
  bool readable() const noexcept {
    return (raw_.n_files == 0 || raw_.file_stride >= sizeof(reeve_locked_file)) &&
           (raw_.n_openings == 0 || raw_.opening_stride >= sizeof(reeve_file_opening)) &&
           (raw_.n_locks == 0 || raw_.lock_stride >= sizeof(reeve_lock_row)) &&
           (raw_.n_holders == 0 || raw_.holder_stride >= sizeof(reeve_lock_holder)) &&
           (raw_.n_patterns == 0 || raw_.pattern_stride >= sizeof(reeve_file_pattern));
  }
  const reeve_file_lock_rows& raw() const noexcept { return raw_; }
  const reeve_locked_file& file(std::uint32_t i) const noexcept {
    return sdk::row_at(raw_.files, raw_.file_stride, i);
  }
  const reeve_file_opening& opening(std::uint32_t i) const noexcept {
    return sdk::row_at(raw_.openings, raw_.opening_stride, i);
  }
  const reeve_lock_row& lock(std::uint32_t i) const noexcept {
    return sdk::row_at(raw_.locks, raw_.lock_stride, i);
  }
  const reeve_file_pattern& pattern(std::uint32_t i) const noexcept {
    return sdk::row_at(raw_.patterns, raw_.pattern_stride, i);
  }
  std::string_view path(const reeve_locked_file& f) const noexcept {
    return {raw_.text + f.path_offset, f.path_length};
  }
  std::string_view text(const reeve_file_pattern& p) const noexcept {
    return {raw_.text + p.offset, p.length};
  }

  template <class F>
  void each_holder(const reeve_lock_row& row, F&& f) const {
    for (std::uint32_t i = 0; i < row.n_holders; ++i)
      f(sdk::row_at(raw_.holders, raw_.holder_stride, row.first_holder + i));
  }
  template <class F>
  void each_blocker(const reeve_lock_row& row, F&& f) const {
    for (std::uint32_t i = 0; i < row.n_blockers; ++i)
      f(lock(raw_.blockers[row.first_blocker + i]));
  }
  template <class F>
  void each_pattern(const reeve_locked_file& file, F&& f) const {
    for (std::uint32_t i = 0; i < file.n_patterns; ++i)
      f(text(pattern(raw_.pattern_refs[file.first_pattern + i])));
  }

 private:
  const reeve_file_lock_rows& raw_;
};

inline const char* kind_label(std::uint8_t kind) noexcept {
  static constexpr const char* names[] = {"other", "posix", "ofd", "flock", "lease", "delegation"};
  return kind < 6 ? names[kind] : names[0];
}
inline const char* mode_label(std::uint8_t mode) noexcept {
  static constexpr const char* names[] = {"other", "read", "write"};
  return mode < 3 ? names[mode] : names[0];
}

} // namespace reeve::file_lock
