// SPDX-License-Identifier: Apache-2.0
// One tick of perf-counter over instances that stay the same, without the cost of reading and of the store.
#include "tests/support/fake_plugin_host.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace {

using reeve::testing::fake_plugin_host;

// A machine of so many processors: their modes are most of what the default set shows.
void steady_state(benchmark::State& state) {
  fake_plugin_host host;
  host.keep_nothing = true;
  host.counters.measures = {{"cpu_seconds", "Time.", "seconds", REEVE_COUNTER, "cpu", "mode"}};
  for (std::int64_t cpu = 0; cpu < state.range(0); ++cpu)
    for (const char* mode : {"user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"})
      host.counters.rows.push_back({"cpu", "cpu_seconds", 1, std::to_string(cpu), mode});
  host.run("");
  host.counters.freeze();
  host.sample();
  const std::uint64_t before = host.points();
  std::uint64_t ticks = 0;
  for (auto _ : state) {
    if (host.sample() < 0) state.SkipWithError("sample() failed");
    ++ticks;
  }
  state.counters["points/tick"] =
      static_cast<double>(host.points() - before) / static_cast<double>(ticks ? ticks : 1);
}

BENCHMARK(steady_state)->Arg(2)->Arg(64)->Arg(256)->Unit(benchmark::kMicrosecond);

} // namespace
