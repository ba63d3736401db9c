// SPDX-License-Identifier: Apache-2.0
// Labelled series of one resource of one process, made from a seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace reeve::leaks {

enum class resource : std::uint8_t { handles, threads, memory };

struct reading {
  double seconds = 0; // since the first; grows strictly
  double value = 0;   // handles, threads: whole numbers; memory: bytes, whole pages of 4,096
};

struct trace {
  std::string family;
  resource of = resource::handles;
  bool leak = false;
  double limit = 0; // at which the process would be refused more
  std::vector<reading> readings;
  std::size_t leak_from = 0; // the first reading with leaked things in it; 0 without a leak
  // The point of statistical evidence: the first reading at which what has leaked since the last restart is more than
  // 1.5 times the variation of the same trace without its leak (from its 5th to its 95th percentile, warm-ups left
  // out), and at least 3 things or pages and 3 % of the usual level. Before this point nobody can be asked to know.
  // readings.size() when the trace ends before.
  std::size_t evidence = 0;
};

inline constexpr std::size_t traces_per_seed = 420;

// The same traces for the same seed, on every machine: half of them leak, the families take turns.
std::vector<trace> make_traces(std::uint64_t seed);

} // namespace reeve::leaks
