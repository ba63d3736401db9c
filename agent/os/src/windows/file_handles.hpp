// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "handle_naming.hpp"
#include "reeve/base/result.hpp"
#include "windows/handle_list.hpp"

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace reeve::os {

// The final path of a file or folder, or the path itself with "\\?\" before it where it cannot be opened.
std::wstring final_path_of(const std::wstring& path);

struct file_handle {
  std::uint32_t pid = 0;
  std::uint32_t handle = 0;
  std::uint8_t access =
      0; // file_opening::reads, file_opening::writes; 0: neither, its attributes for instance
};

struct watched_file {
  std::wstring final_path;
  std::vector<file_handle> handles; // out
};

struct unseen_handles {
  std::set<std::uint32_t> denied_processes;
  std::uint64_t unanswered = 0; // hung, not asked because too many had hung, or their name cannot be had
};

// Who has a file open, by the table of all handles and a helper that asks each for its name. In which sharing mode a
// file is open Windows tells nobody. Not thread-safe.
class file_handles {
 public:
  // The helper is started at the first find(), and ends with this object.
  explicit file_handles(std::wstring helper_program);

  // Files are compared by their final paths, without regard to case. `only`: of these processes; null: of all.
  result<> find(std::span<watched_file> files, const std::set<std::uint32_t>* only, unseen_handles& unseen);

 private:
  handle_list list_;
  handle_naming naming_;
  std::vector<parse::handle_question> questions_;
  std::vector<parse::handle_answer> answers_;
};

} // namespace reeve::os
