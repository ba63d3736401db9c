// SPDX-License-Identifier: Apache-2.0
// How good a detector is on labelled traces.
#pragma once

#include "trace.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace reeve::leaks {

// Judges one trace, reading by reading, knowing only what came before. Returns whether it now suspects a leak.
using judge = std::function<bool(const reading&)>;
// A fresh judge for a trace; it may look at `of` and `limit` alone.
using make_judge = std::function<judge(const trace&)>;

struct family_score {
  bool leak = false;
  unsigned traces = 0;
  unsigned suspected = 0; // of leaks: after the leak had begun
  unsigned false_alarms =
      0; // of healthy traces: a suspicion at any time; of leaks: one before the leak had begun
  std::vector<double> delays; // of suspected leaks: readings past the point of evidence; below 0: before it
};

struct score {
  std::map<std::string, family_score> families;

  unsigned leaks() const;
  unsigned suspected() const;
  unsigned false_alarms() const;
  double precision() const; // suspicions that were right; 1 when there were none
  double recall() const;
  double median_delay() const; // in readings; 0 when nothing was found
};

double median(std::vector<double> values); // 0 when empty

void add_to(score& s, const trace& t, const make_judge& make);
void merge(score& into, const score& from);

// One line for each family; then the sums.
std::string to_table(const score& s);

} // namespace reeve::leaks
