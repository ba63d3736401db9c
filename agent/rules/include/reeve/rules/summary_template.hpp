// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/rules/expression.hpp"
#include "reeve/rules/rule.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace reeve::rules {

// A text in which {{ $labels.NAME }} and {{ $value }} stand for what they name.
class summary_template {
 public:
  static boost::system::result<summary_template, expression_problem> parse(std::string_view text);

  // A label that is not there is empty.
  std::string text(const label_list& labels, double value) const;

 private:
  struct piece {
    enum class kind : std::uint8_t { words, label, value };
    kind is = kind::words;
    std::string text; // the words, or the label's name
  };
  std::vector<piece> pieces_;
};

} // namespace reeve::rules
