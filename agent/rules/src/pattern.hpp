// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"

#include <memory>
#include <re2/re2.h>
#include <string_view>

namespace reeve::rules {

class pattern {
 public:
  static result<std::shared_ptr<const pattern>> make(std::string_view text);
  explicit pattern(std::string_view text);
  bool matches(std::string_view value) const;

 private:
  RE2 regex_;
};

} // namespace reeve::rules
