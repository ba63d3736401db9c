// SPDX-License-Identifier: Apache-2.0
#include "leak_growth.hpp"

namespace reeve::leaks {

curve steady_leak(std::size_t n, random_source& r, std::size_t from) {
  curve c(n, 0);
  const double uneven = r.chance(0.5) ? 0 : r.between(0.3, 1);
  const double drift = r.chance(0.3) ? r.between(-0.4, 0.8) : 0; // the rate itself changes over the trace
  double sum = 0;
  for (std::size_t i = from; i < n; ++i) {
    c[i] = sum;
    const double rate = 1 + drift * static_cast<double>(i - from) / static_cast<double>(n);
    sum += rate * (1 - uneven + 2 * uneven * r.uniform());
  }
  return c;
}

curve burst_leak(std::size_t n, random_source& r, std::size_t from) {
  curve c(n, 0);
  const double pause = r.between(8, 60);
  double sum = 0;
  std::size_t next = from + static_cast<std::size_t>(pause * r.uniform());
  std::size_t burst_left = 0;
  for (std::size_t i = from; i < n; ++i) {
    if (i >= next) {
      burst_left = r.index(1, 5);
      next = i + static_cast<std::size_t>(pause * r.between(0.5, 1.5)) + 1;
    }
    if (burst_left > 0) {
      --burst_left;
      sum += r.between(0.5, 1.5);
    }
    c[i] = sum;
  }
  return c;
}

curve partly_released_leak(std::size_t n, random_source& r, std::size_t from) {
  curve c(n, 0);
  const double pause = r.between(20, 120);
  const double released = r.between(0.2, 0.67);
  double sum = 0;
  double since = 0;
  std::size_t next = from + static_cast<std::size_t>(pause);
  for (std::size_t i = from; i < n; ++i) {
    if (i >= next) {
      sum -= since * released * r.between(0.7, 1.3);
      since = 0;
      next = i + static_cast<std::size_t>(pause * r.between(0.6, 1.4));
    }
    c[i] = sum;
    sum += 1;
    since += 1;
  }
  return c;
}

} // namespace reeve::leaks
