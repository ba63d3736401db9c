// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse/handle_name_lines.hpp"
#include "windows/unique_handle.hpp"

#include <cstdint>
#include <vector>

namespace reeve::os {

// The helper's side: asks handles of other processes what they are. Each call may hang for ever.
class handle_name_server {
 public:
  parse::handle_answer answer(const parse::handle_question& question);
  // A process that is held open is not quite gone for others.
  void forget_process() noexcept { process_ = unique_handle(); }

 private:
  bool open(std::uint32_t pid, parse::handle_answer& why_not);
  parse::handle_answer describe(HANDLE handle, parse::name_wanted wanted);
  std::wstring object_text(HANDLE handle, int information_class);

  std::uint32_t pid_ = 0;
  unique_handle process_; // the last one asked about
  std::vector<std::uint64_t> buffer_;
};

// Answers what stands in standard input, line by line, until it ends. The process's exit status.
int serve_handle_names();

} // namespace reeve::os
