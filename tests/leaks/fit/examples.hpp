// SPDX-License-Identifier: Apache-2.0
// What handle-leak's detector sees of labelled traces while it judges them.
#pragma once

#include "leak_evidence.hpp"
#include "trace.hpp"

#include <cstdint>
#include <vector>

namespace reeve::leaks {

struct example {
  std::uint32_t at = 0;  // reading after which it was seen
  bool new_life = false; // the first one since the series began anew
  handle_leak::evidence evidence{};
};

struct judged_trace {
  bool leak = false;
  std::size_t leak_from = 0, evidence = 0; // see trace
  std::vector<example> examples;           // by `at`; several of one reading are those of several stretches
};

// Neighbours are too alike to teach anything.
inline constexpr std::uint32_t readings_between_examples = 4;

judged_trace see(const trace& t);

// Runs see(t) for all traces of these seeds, on all processors, telling of the progress on the standard error output.
std::vector<judged_trace> see_seeds(std::uint64_t first_seed, std::uint64_t seeds);

} // namespace reeve::leaks
