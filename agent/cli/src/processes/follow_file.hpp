// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"

#include <cstdint>
#include <string>

namespace reeve::cli {

// A file that is appended to, and sometimes renamed FILE.1 with a new one in its place.
class follow_file {
 public:
  explicit follow_file(std::string path) : path_(std::move(path)) {}

  // The last so many lines, the one that is not ended yet too; of FILE.1 first where the file has fewer. Nothing where there
  // is no file yet. more() goes on behind them.
  result<std::string> last_lines(std::size_t count);
  // What was written since. The rest of a file that was renamed comes before the new one.
  std::string more();

 private:
  std::string path_;
  std::uint64_t offset_ = 0;
};

} // namespace reeve::cli
