// SPDX-License-Identifier: Apache-2.0
// The fitting itself; what it has found is measured by leak_detector_score_test.
#include "fit/trainer.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace reeve::leaks {
namespace {

using handle_leak::evidence_weights;

std::vector<judged_trace> some_traces() {
  std::vector<judged_trace> out;
  for (const trace& t : make_traces(1))
    if (out.size() < 60) out.push_back(see(t));
  return out;
}

double whole_loss(const std::vector<judged_trace>& traces, const evidence_weights& w) {
  double sum = 0;
  evidence_weights ignored{};
  for (const judged_trace& t : traces)
    sum += loss_of(t, w, ignored);
  return sum;
}

TEST(leak_fit, the_gradient_is_what_the_loss_changes_by) {
  const auto traces = some_traces();
  const evidence_weights& at = handle_leak::fitted_weights;
  evidence_weights gradient{};
  for (const judged_trace& t : traces)
    loss_of(t, at, gradient);
  constexpr float step = 1e-3f;
  int compared = 0;
  for (std::size_t i = 0; i < at.size(); i += 7) {
    evidence_weights above = at, below = at;
    above[i] += step;
    below[i] -= step;
    const double slope = (whole_loss(traces, above) - whole_loss(traces, below)) / (2.0 * step);
    EXPECT_NEAR(gradient[i], slope, 0.02 + 0.05 * std::abs(slope)) << "weight " << i;
    compared += std::abs(slope) > 0.1;
  }
  EXPECT_GT(compared, 10);
}

TEST(leak_fit, every_epoch_of_the_first_makes_the_loss_smaller_and_the_same_seed_the_same_weights) {
  const auto traces = some_traces();
  trainer a(traces, 20, 1), b(traces, 20, 1);
  const double first = a.epoch();
  b.epoch();
  double last = first;
  for (int i = 0; i < 9; ++i) {
    last = a.epoch();
    b.epoch();
  }
  EXPECT_LT(last, 0.9 * first);
  EXPECT_EQ(a.weights(), b.weights());
}

TEST(leak_fit, what_is_seen_is_of_the_trace_and_in_order) {
  std::size_t examples = 0;
  for (const trace& t : make_traces(1)) {
    const judged_trace j = see(t);
    EXPECT_EQ(j.leak, t.leak);
    EXPECT_TRUE(std::is_sorted(j.examples.begin(), j.examples.end(),
                               [](const example& a, const example& b) { return a.at < b.at; }));
    for (const example& e : j.examples)
      EXPECT_LT(e.at, t.readings.size());
    examples += j.examples.size();
  }
  EXPECT_GT(examples, 10'000u);
}

} // namespace
} // namespace reeve::leaks
