// SPDX-License-Identifier: Apache-2.0
// Collects what is wrong with a configuration, so that a user sees all of it at once.
#pragma once

#include "reeve/base/value_tree.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::config {

// The text of the files that were read, for the excerpts.
class source_texts {
 public:
  void add(std::string file, std::string text);
  // The line at `where` as valid UTF-8 of some 400 bytes at most, without its line end, and with "..." in place of what
  // follows `token =` or `password =`; empty when it is not known.
  std::string line(const source_position& where) const;

 private:
  std::vector<std::pair<std::string, std::string>> files_;
};

// Keeps the first 100 and counts the others. Not safe from several threads. `texts` must outlive it.
class problem_list {
 public:
  explicit problem_list(const source_texts& texts) : texts_(texts) {}

  void add(const source_position& where, std::string message, std::string hint = {});
  bool empty() const noexcept { return problems_.empty(); }
  // In the order they were added; one without a place stands at the end for those that were not kept.
  std::vector<diagnostic> take();

 private:
  const source_texts& texts_;
  std::vector<diagnostic> problems_;
  std::size_t not_kept_ = 0;
};

} // namespace reeve::config
