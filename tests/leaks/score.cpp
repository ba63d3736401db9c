// SPDX-License-Identifier: Apache-2.0
#include "score.hpp"

#include <algorithm>
#include <cstdio>

namespace reeve::leaks {

namespace {

template <class Field>
unsigned sum(const score& s, Field&& field) {
  unsigned out = 0;
  for (const auto& [name, f] : s.families)
    out += field(f);
  return out;
}

} // namespace

unsigned score::leaks() const {
  return sum(*this, [](const family_score& f) { return f.leak ? f.traces : 0; });
}
unsigned score::suspected() const {
  return sum(*this, [](const family_score& f) { return f.suspected; });
}
unsigned score::false_alarms() const {
  return sum(*this, [](const family_score& f) { return f.false_alarms; });
}
double score::precision() const {
  const unsigned all = suspected() + false_alarms();
  return all == 0 ? 1 : static_cast<double>(suspected()) / all;
}
double score::recall() const {
  return leaks() == 0 ? 1 : static_cast<double>(suspected()) / leaks();
}
double score::median_delay() const {
  std::vector<double> all;
  for (const auto& [name, f] : families)
    all.insert(all.end(), f.delays.begin(), f.delays.end());
  return median(std::move(all));
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void add_to(score& s, const trace& t, const make_judge& make) {
  family_score& f = s.families[t.family];
  f.leak = t.leak;
  ++f.traces;
  const judge suspects = make(t);
  for (std::size_t i = 0; i < t.readings.size(); ++i) {
    if (!suspects(t.readings[i])) continue;
    if (!t.leak || i < t.leak_from) {
      ++f.false_alarms;
    } else {
      ++f.suspected;
      f.delays.push_back(static_cast<double>(i) - static_cast<double>(t.evidence));
    }
    return; // the first suspicion counts: somebody may act on it
  }
}

void merge(score& into, const score& from) {
  for (const auto& [name, f] : from.families) {
    family_score& sum = into.families[name];
    sum.leak = f.leak;
    sum.traces += f.traces;
    sum.suspected += f.suspected;
    sum.false_alarms += f.false_alarms;
    sum.delays.insert(sum.delays.end(), f.delays.begin(), f.delays.end());
  }
}

std::string to_table(const score& s) {
  std::string out;
  char line[160];
  std::snprintf(line, sizeof line, "%-24s %-7s %6s %9s %12s %12s\n", "family", "label", "traces", "suspected",
                "false alarms", "median delay");
  out += line;
  for (const auto& [name, f] : s.families) {
    std::snprintf(line, sizeof line, "%-24s %-7s %6u %9u %12u %12.0f\n", name.c_str(),
                  f.leak ? "leak" : "healthy", f.traces, f.suspected, f.false_alarms, median(f.delays));
    out += line;
  }
  std::snprintf(line, sizeof line, "precision %.3f  recall %.3f  median delay %.0f readings\n", s.precision(),
                s.recall(), s.median_delay());
  return out + line;
}

} // namespace reeve::leaks
