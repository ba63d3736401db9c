// SPDX-License-Identifier: Apache-2.0
// What handle-leak costs: one tick over many processes, without the table and the store, and one reading of one
// series. `still`: nothing changes, as for most series of most processes. `noise`: all three series of every process
// vary. `leaks`: all three of every process leak, beyond doubt. `doubts`: they rise ever quicker, so that many
// stretches must be looked at and none is sure, the dearest that was found. The past of each is 2,000 readings long.
#include "leak_watch.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

namespace {

using namespace reeve::handle_leak;

enum class kind { still, noise, leaks, doubts };

double value(kind k, std::uint64_t tick, std::uint64_t process, std::uint64_t series) {
  const double noise = static_cast<double>((tick * 7919 + process * 104729 + series * 31) % 101) / 10;
  switch (k) {
  case kind::still:
    return 100;
  case kind::noise:
    return 100 + noise;
  case kind::leaks:
    return 100 + noise + 0.1 * static_cast<double>(tick);
  case kind::doubts:
    break;
  }
  return 100 + noise + 1e-5 * static_cast<double>(tick) * static_cast<double>(tick);
}

class machine {
 public:
  machine(kind k, std::uint32_t processes) : kind_(k), processes_(processes), watch_(options(processes)) {}

  void tick() {
    ++ticks_;
    watch_.begin(static_cast<double>(ticks_) * 10);
    process_reading p;
    for (std::uint32_t i = 0; i < processes_; ++i) {
      p.pid = 1000 + i;
      p.start = 5000 + i;
      p.name = "program";
      for (std::uint64_t s = 0; s < resources; ++s)
        p.value[s] = value(kind_, ticks_, i, s) * (s == 2 ? 4096 : 1);
      watch_.add(p);
    }
    watch_.end();
  }

 private:
  static watch_options options(std::uint32_t processes) {
    watch_options o;
    o.max_processes = processes;
    return o;
  }

  kind kind_;
  std::uint32_t processes_;
  leak_watch watch_;
  std::uint64_t ticks_ = 0;
};

void tick(benchmark::State& state, kind k) {
  const auto processes = static_cast<std::uint32_t>(state.range(0));
  machine m(k, processes);
  for (int i = 0; i < 2000; ++i)
    m.tick();
  for (auto _ : state)
    m.tick();
  state.counters["bytes/process"] = static_cast<double>(leak_watch::bytes_per_process);
  state.counters["seconds/process"] = benchmark::Counter(
      processes, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(tick, still, kind::still)->Arg(1000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(tick, noise, kind::noise)->Arg(1000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(tick, leaks, kind::leaks)->Arg(1000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(tick, doubts, kind::doubts)->Arg(1000)->Unit(benchmark::kMicrosecond);

} // namespace
