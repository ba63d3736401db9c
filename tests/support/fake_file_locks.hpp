// SPDX-License-Identifier: Apache-2.0
// The file lock table as a test writes it.
#pragma once

#include "reeve/file_locks.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::testing {

class fake_file_locks {
 public:
  struct process {
    std::uint32_t pid = 0;
    std::uint64_t start = 0;
  };

  // A file that these patterns have asked for; its place.
  std::uint32_t file(std::string_view path, std::initializer_list<std::string_view> by);
  void open(std::uint32_t file, process who, std::uint8_t access, std::uint8_t how = REEVE_OPEN_DESCRIPTOR);
  // The place of the lock.
  std::uint32_t held(std::uint32_t file, std::initializer_list<process> who,
                     std::uint8_t mode = REEVE_LOCK_WRITE);
  reeve_lock_row& waits(std::uint32_t file, process who, std::initializer_list<std::uint32_t> for_locks,
                        std::uint32_t depth = 1);
  void problem(std::string_view pattern, reeve_status status);
  void clear();

  reeve_status read_status = REEVE_OK;
  std::uint32_t extra_row_bytes = 0; // of lock rows of a newer host; a multiple of 8
  std::uint32_t wanted() const noexcept { return wanted_; }
  const std::vector<std::string>& patterns_wanted() const noexcept { return wanted_patterns_; }

 private:
  friend struct fake_table_calls;
  void fill(reeve_file_lock_rows& out);
  std::uint32_t pattern(std::string_view text);

  std::uint32_t wanted_ = 0;
  std::vector<std::string> wanted_patterns_;
  std::uint64_t generation_ = 0;
  std::string text_;
  std::vector<reeve_locked_file> files_;
  std::vector<reeve_file_opening> openings_;
  std::vector<reeve_lock_row> locks_;
  std::vector<reeve_lock_holder> holders_;
  std::vector<reeve_file_pattern> patterns_;
  std::vector<std::uint32_t> blockers_, pattern_refs_;
  std::vector<char> memory_; // of lock rows
};

} // namespace reeve::testing
