// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "log_line.hpp"

#include <memory>

namespace reeve {

// Where finished lines go. Not safe from several threads.
class line_sink {
 public:
  // Standard error, or the file of `options`. Fails when the file cannot be opened.
  static result<std::unique_ptr<line_sink>> create(const log_options& options, const clock& time);
  virtual ~line_sink() = default;
  virtual bool write(log_level level, const finished_line& line) noexcept = 0; // false: the line is lost
};

} // namespace reeve
