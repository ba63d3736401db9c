// SPDX-License-Identifier: Apache-2.0
// Finds weights with which few healthy traces look like leaks at any time, and leaks do soon.
#pragma once

#include "fit/examples.hpp"

#include <cstdint>
#include <random>
#include <vector>

namespace reeve::leaks {

class trainer {
 public:
  // `traces` must outlive it. The same seed, the same weights.
  trainer(const std::vector<judged_trace>& traces, int epochs, std::uint32_t seed);

  // One pass over all traces in random order; returns the mean loss of a trace.
  double epoch();
  const handle_leak::evidence_weights& weights() const noexcept { return weights_; }

 private:
  void step(const handle_leak::evidence_weights& gradient);

  const std::vector<judged_trace>& traces_;
  std::vector<std::size_t> order_;
  std::mt19937 random_;
  handle_leak::evidence_weights weights_{};
  handle_leak::evidence_weights mean_{}, square_{}; // of the gradients, for Adam
  int steps_ = 0, all_steps_ = 0;
};

// What a trace costs with these weights, and the gradient of that, added to `gradient`.
double loss_of(const judged_trace& t, const handle_leak::evidence_weights& w,
               handle_leak::evidence_weights& gradient);

} // namespace reeve::leaks
