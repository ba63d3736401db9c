// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace reeve::test {

// Expressions of the subset over made_samples(), well formed, but free to fail in the evaluation.
class random_expression {
 public:
  explicit random_expression(unsigned seed) : random_(seed) {}
  std::string next() { return vector(3); }
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

 private:
  template <std::size_t n>
  std::string one_of(const char* const (&texts)[n]) {
    return texts[below(n)];
  }
  std::string number();
  std::string duration();
  std::string selector();
  std::string range();
  std::string scalar(int depth);
  std::string vector(int depth);
  std::string matching();
  std::string grouping();
  std::string labels();

  std::mt19937_64 random_;
};

} // namespace reeve::test
