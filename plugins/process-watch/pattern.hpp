// SPDX-License-Identifier: Apache-2.0
// One regular expression (RE2's syntax), found anywhere in a text.
#pragma once

#include "subject.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::process_watch {

class pattern {
 public:
  // Null: `problem` is RE2's own text.
  static std::unique_ptr<const pattern> compile(const std::string& text, std::string& problem);
  ~pattern();
  pattern(const pattern&) = delete;
  pattern& operator=(const pattern&) = delete;

  std::vector<std::string> capture_names() const;
  bool matches(std::string_view text) const;
  // Also appends every named group; one that took no part in the match as an empty text.
  bool matches(std::string_view text, captures& taken) const;

 private:
  struct engine;
  explicit pattern(std::unique_ptr<const engine> e);

  std::unique_ptr<const engine> engine_;
};

} // namespace reeve::process_watch
