// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "log_line.hpp"

#include <cstdint>
#include <list>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace reeve {

// Remembers the lines of the last window and how often each came again. Not safe from several threads.
class repeat_filter {
 public:
  static constexpr std::size_t most_lines = 256;

  struct report {
    log_line line;
    std::uint64_t repeated = 0;
  };

  explicit repeat_filter(nanoseconds window) : window_(window) {}

  // Takes `line` in. False when it is remembered already: it then counts as a repeat. Before this, call
  // passed() until it gives nothing.
  bool admit(const log_line& line, nanoseconds now);

  // Each call gives one line that was repeated, until there is none:
  std::optional<report> passed(nanoseconds now); // whose window has passed; a new window begins for it
  std::optional<report> overflowed();            // the oldest beyond most_lines, now forgotten
  std::optional<report> drained();               // any, now forgotten

 private:
  struct entry {
    log_line line;
    nanoseconds since{};
    std::uint64_t repeated = 0;
  };

  report forget_oldest();

  nanoseconds window_;
  std::list<entry> oldest_first_; // by `since`: every window has the same length
  std::unordered_map<std::string_view, std::list<entry>::iterator> by_body_; // views into the list's lines
};

} // namespace reeve
