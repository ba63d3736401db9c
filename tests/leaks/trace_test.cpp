// SPDX-License-Identifier: Apache-2.0
// The traces are what they are said to be.
#include "reference_detectors.hpp"
#include "score.hpp"
#include "trace.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace reeve::leaks {
namespace {

// FNV-1a over what a detector gets to see.
std::uint64_t fingerprint(const std::vector<trace>& traces) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  const auto mix = [&](std::uint64_t v) { hash = (hash ^ v) * 0x100000001B3u; };
  for (const trace& t : traces) {
    mix(t.leak);
    mix(t.evidence);
    for (const reading& r : t.readings) {
      mix(static_cast<std::uint64_t>(r.value));
      mix(static_cast<std::uint64_t>(r.seconds * 1000));
    }
  }
  return hash;
}

TEST(leak_traces, are_the_same_on_every_machine_and_others_for_another_seed) {
  EXPECT_EQ(fingerprint(make_traces(1)), 15410578847683994555u);
  EXPECT_NE(fingerprint(make_traces(1)), fingerprint(make_traces(2)));
}

TEST(leak_traces, half_of_them_leak_and_every_family_has_some) {
  const std::vector<trace> traces = make_traces(3);
  ASSERT_GE(traces.size(), 400u);
  std::size_t leaks = 0;
  std::set<std::string> families;
  std::set<resource> resources;
  for (const trace& t : traces) {
    leaks += t.leak;
    families.insert(t.family);
    resources.insert(t.of);
  }
  EXPECT_EQ(leaks * 2, traces.size());
  EXPECT_EQ(families.size(), 20u);
  EXPECT_EQ(resources.size(), 3u);
}

TEST(leak_traces, have_whole_numbers_at_growing_times_and_between_150_and_3000_of_them) {
  for (const trace& t : make_traces(4)) {
    EXPECT_GE(t.readings.size(), 150u) << t.family;
    EXPECT_LE(t.readings.size(), 3000u) << t.family;
    const double unit = t.of == resource::memory ? 4096 : 1;
    double before = -1;
    for (const reading& r : t.readings) {
      ASSERT_GT(r.seconds, before) << t.family;
      ASSERT_EQ(std::fmod(r.value, unit), 0) << t.family;
      ASSERT_GE(r.value, unit) << t.family;
      before = r.seconds;
    }
  }
}

TEST(leak_traces, every_leak_reaches_the_point_of_evidence_after_it_began_and_with_time_left) {
  for (const trace& t : make_traces(5)) {
    if (!t.leak) continue;
    EXPECT_GT(t.evidence, t.leak_from) << t.family;
    EXPECT_LT(t.evidence, t.readings.size()) << t.family;
  }
}

// Every family can be got wrong: who always suspects is wrong about each healthy one, who never does about each leak.
TEST(leak_score, every_kind_of_trace_can_fail_it) {
  score always, never, late;
  for (const trace& t : make_traces(6)) {
    add_to(always, t, [](const trace&) { return [](const reading&) { return true; }; });
    add_to(never, t, [](const trace&) { return [](const reading&) { return false; }; });
    add_to(late, t, [](const trace& which) {
      return [n = which.readings.size(), i = std::size_t{0}](const reading&) mutable { return ++i == n; };
    });
  }
  for (const auto& [name, f] : always.families) {
    if (f.leak) continue;
    EXPECT_EQ(f.false_alarms, f.traces) << name;
  }
  EXPECT_EQ(always.families["midway leak"].false_alarms, always.families["midway leak"].traces);
  for (const auto& [name, f] : never.families) {
    EXPECT_EQ(f.suspected + f.false_alarms, 0u) << name;
  }
  for (const auto& [name, f] : late.families) {
    if (!f.leak) continue;
    EXPECT_GT(median(f.delays), 40) << name;
  }
  EXPECT_EQ(never.recall(), 0);
  EXPECT_EQ(late.recall(), 1);
  EXPECT_LT(always.precision(), 0.05); // a suspicion before the leak is no merit
}

// What the reference detectors are known for, so that a mistake in one of them does not flatter ours.
TEST(leak_score, the_reference_detectors_do_what_they_are_known_for) {
  trace rising;
  rising.leak = true;
  rising.limit = 1000;
  for (int i = 0; i < 400; ++i)
    rising.readings.push_back({i * 10.0, 100.0 + 2 * i});
  trace flat = rising;
  for (reading& r : flat.readings)
    r.value = 100;
  const auto first = [](const trace& t, const make_judge& make) {
    const judge j = make(t);
    for (std::size_t i = 0; i < t.readings.size(); ++i)
      if (j(t.readings[i])) return static_cast<int>(i);
    return -1;
  };
  EXPECT_EQ(first(rising, deriv_above_zero), 118);                // a window of 60, then 60 in a row
  EXPECT_EQ(first(rising, mann_kendall_theil_sen), 59);           // its least number of readings
  EXPECT_EQ(first(rising, threshold_of_80_percent), 355);         // 5 readings over 800
  EXPECT_NEAR(first(rising, predict_linear_above_limit), 243, 2); // 100 + 2 (i + 236) > 1000 for 30 readings
  for (const reference& r : reference_detectors())
    EXPECT_EQ(first(flat, r.make), -1) << r.name;
}

} // namespace
} // namespace reeve::leaks
