// SPDX-License-Identifier: Apache-2.0
// Finds numbers in the text of a file.
#pragma once

#include "reeve/base/result.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace reeve::os {

class number_pattern {
 public:
  // Empty: the first word of the text. Otherwise a regular expression (RE2's syntax), see counter_request::argument.
  static result<number_pattern> compile(const std::string& expression);
  number_pattern(number_pattern&&) noexcept;
  number_pattern& operator=(number_pattern&&) noexcept;
  ~number_pattern();

  // Calls `take` for the first match, or for each when matches name their instance; false when none has a number.
  // A number is decimal, with a fraction and an exponent if need be, and finite.
  using taker = std::function<void(double value, std::string_view instance)>;
  bool find(std::string_view text, const taker& take) const;

 private:
  struct engine;
  explicit number_pattern(std::unique_ptr<const engine> e);
  std::unique_ptr<const engine> engine_; // null: the first word
};

} // namespace reeve::os
