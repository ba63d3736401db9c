// SPDX-License-Identifier: Apache-2.0
// A process that holds and locks files as it is told; see programs/file_holder.cpp for the words.
#pragma once

#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace reeve::test {

class file_holder {
 public:
  // Returns when the process says the word: "ready", or "waiting" when its last step does not return.
  explicit file_holder(std::vector<std::string> steps, const std::string& word = "ready\n") {
    child_options how;
    how.program = std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name("file_holder");
    how.arguments = std::move(steps);
    how.input = child_stdin::held_open;
    how.output_file = folder_ / "output";
    auto started = child::start(how);
    if (!started) throw std::runtime_error(started.error().message);
    process_.emplace(std::move(*started));
    if (!wait_until([&] { return says(word) || says("failed"); }, long_bound) || says("failed"))
      throw std::runtime_error("file_holder: " + process_->output());
  }

  std::int64_t pid() const { return process_->pid(); }
  bool says(const std::string& text) const { return process_->output().find(text) != std::string::npos; }
  std::int64_t heir() const {
    const std::string output = process_->output();
    const std::size_t at = output.find("heir ");
    return at == std::string::npos ? 0 : std::atoll(output.c_str() + at + 5);
  }
  // The process alone; heirs live until close().
  bool wait_for_end() { return process_->wait(long_bound).has_value(); }
  void close() { process_->close_stdin(); }

 private:
  temp_dir folder_;
  std::optional<child> process_;
};

} // namespace reeve::test
