// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "handle_naming.hpp"
#include "windows/unique_handle.hpp"

#include <string>

namespace reeve::os {

// A program that answers lines on its standard input with lines on its standard output. It ends with this object, and
// with this process: a job object sees to that, even where it hangs.
class helper_process final : public line_helper {
 public:
  explicit helper_process(std::wstring program, std::wstring argument)
      : program_(std::move(program)), argument_(std::move(argument)) {}
  ~helper_process() override { end(); }

  result<> start() override; // ready: it has said parse::helper_is_ready
  result<> send(std::string_view lines) override;
  result<std::string> next_line(nanoseconds patience) override;
  void end() noexcept override;

  DWORD pid() const noexcept { return pid_; } // 0: none

 private:
  result<> launch();

  std::wstring program_, argument_;
  unique_handle job_, process_, input_, output_, event_;
  DWORD pid_ = 0;
  std::string received_; // and not handed out
};

} // namespace reeve::os
