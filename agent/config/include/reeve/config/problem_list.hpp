// SPDX-License-Identifier: Apache-2.0
// Collects what is wrong with a configuration, so that a user sees all of it at once.
#pragma once

#include "reeve/base/value_tree.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::config {

// The text of the files that were read, for the excerpts.
class source_texts {
 public:
  void add(std::string file, std::string text);
  // The line at `where` as valid UTF-8 of at most 400 bytes, without its line end; empty when it is not
  // known.
  std::string line(const source_position& where) const;

 private:
  std::vector<std::pair<std::string, std::string>> files_;
};

// Not safe from several threads. `texts` must outlive it.
class problem_list {
 public:
  explicit problem_list(const source_texts& texts) : texts_(texts) {}

  void add(const source_position& where, std::string message, std::string hint = {});
  bool empty() const noexcept { return problems_.empty(); }
  std::vector<diagnostic> take() { return std::exchange(problems_, {}); } // in the order they were added

 private:
  const source_texts& texts_;
  std::vector<diagnostic> problems_;
};

} // namespace reeve::config
