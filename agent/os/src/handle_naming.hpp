// SPDX-License-Identifier: Apache-2.0
// Asking a handle of another process for its name can hang for ever, on a pipe that somebody reads for instance. So a
// helper process asks, and this is who asks the helper: what to do when it falls silent. No system here.
#pragma once

#include "parse/handle_name_lines.hpp"
#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::os {

// One helper process.
class line_helper {
 public:
  virtual ~line_helper() = default; // ends it
  virtual result<> start() = 0;     // and waits until it is ready; one that runs is ended before
  virtual result<> send(std::string_view lines) = 0;
  // Without the end of line. timed_out: silent for `patience`; any other error: it has ended.
  virtual result<std::string> next_line(nanoseconds patience) = 0;
  virtual void end() noexcept = 0;
};

struct handle_naming_limits {
  nanoseconds patience = std::chrono::seconds(1); // for each answer
  std::size_t batch =
      256; // questions on their way; all fit into a pipe's buffer, so that sending never waits
  std::size_t max_hung = 8; // handles of one reading that may hang; what comes after them is not asked
};

// Not thread-safe.
class handle_naming {
 public:
  explicit handle_naming(std::unique_ptr<line_helper> helper, handle_naming_limits limits = {})
      : helper_(std::move(helper)), limits_(limits) {}

  // One reading: an answer to each question, in their order. The helper is started at the first question, and stays
  // for the next reading. One that does not answer is ended, its handle is `hung`, and a new one goes on behind it.
  // Fails when there is no helper to be had, or it says what nobody understands; `out` is then unspecified.
  result<> ask(std::span<const parse::handle_question> questions, std::vector<parse::handle_answer>& out);

 private:
  void end() noexcept;

  std::unique_ptr<line_helper> helper_;
  handle_naming_limits limits_;
  bool running_ = false;
};

} // namespace reeve::os
