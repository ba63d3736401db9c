// SPDX-License-Identifier: Apache-2.0
// Random numbers that are the same with every standard library: the engine is fixed by the standard, the
// distributions of <random> are not, so they are made here. Only +, -, *, / are used: every machine agrees.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

namespace reeve::leaks {

class random_source {
 public:
  explicit random_source(std::uint64_t seed) : engine_(seed) {}

  double uniform() { return static_cast<double>(engine_() >> 11) * (1.0 / 9007199254740992.0); } // [0, 1)
  double between(double least, double most) { return least + (most - least) * uniform(); }
  // Small values as likely as great ones: the square of a uniform number, stretched.
  double skewed(double least, double most) {
    const double u = uniform();
    return least + (most - least) * u * u;
  }
  std::size_t index(std::size_t least, std::size_t most) { // both included
    return least + static_cast<std::size_t>(uniform() * static_cast<double>(most - least + 1));
  }
  bool chance(double p) { return uniform() < p; }
  double normal() { // Irwin-Hall: mean 0, variance 1, never beyond 6
    double sum = -6;
    for (int i = 0; i < 12; ++i)
      sum += uniform();
    return sum;
  }

 private:
  std::mt19937_64 engine_;
};

} // namespace reeve::leaks
