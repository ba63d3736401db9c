// SPDX-License-Identifier: Apache-2.0
// Labels as expositions write them: a="b",c="d \"e\"".
#pragma once

#include "reeve/rules/label_set.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::rules {

// Room for the labels that were read, to be used again and again.
class read_label_list {
 public:
  void clear() noexcept { used_ = 0; }
  bool has(std::string_view name) const noexcept;
  std::string& add(std::string_view name); // its value, empty
  std::vector<label> labels() const;       // which point into this

 private:
  std::vector<std::pair<std::string, std::string>> items_;
  std::size_t used_ = 0;
};

// Takes [a-zA-Z_], digits behind the first, and `more` from the beginning of `rest`; empty: there is no name.
std::string_view take_name(std::string_view& rest, std::string_view more = {});

// Takes labels from the beginning of `rest`, up to their end or a brace. What is wrong, or nothing.
std::optional<std::string> read_labels(std::string_view& rest, read_label_list& out);

} // namespace reeve::rules
