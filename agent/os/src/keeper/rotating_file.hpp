// SPDX-License-Identifier: Apache-2.0
// The file that a program's output goes to. When it is full it is renamed FILE.1, what was FILE.1 becomes FILE.2, and so
// on; the oldest one goes. It changes at the end of a line where there is one, so that no line is cut in two.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/os/append_file.hpp"
#include "reeve/os/launch_command.hpp"

#include <cstdint>
#include <string_view>

namespace reeve::os {

class rotating_file {
 public:
  result<> open(const output_plan& plan);
  void write(std::string_view bytes); // what cannot be written is counted, and the next bytes are tried again
  std::uint64_t lost_bytes() const noexcept { return lost_bytes_; }

 private:
  void rotate();
  void write_here(std::string_view bytes);

  output_plan plan_;
  append_file file_;
  std::uint64_t size_bytes_ = 0;
  std::uint64_t lost_bytes_ = 0;
};

} // namespace reeve::os
