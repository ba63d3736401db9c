// SPDX-License-Identifier: Apache-2.0
// What one reading of counters costs on this machine: each set alone, and what perf-counter asks for by default.
#include "reeve/os/counter_source.hpp"

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace reeve::os;

void read_sets(benchmark::State& state, const std::vector<std::string_view>& sets) {
  auto source = counter_source::create();
  if (!source) {
    state.SkipWithError(source.error().message.c_str());
    return;
  }
  std::vector<std::uint32_t> wanted;
  for (const std::string_view set : sets) {
    (*source)->add({counter_origin::set, std::string(set), {}});
    wanted.push_back(static_cast<std::uint32_t>(wanted.size()));
  }
  counter_rows rows;
  for (auto _ : state)
    if (!(*source)->read(wanted, rows)) state.SkipWithError("the counters cannot be read");
  state.counters["rows"] = static_cast<double>(rows.rows.size());
}

void one_set(benchmark::State& state, std::string_view set) {
  read_sets(state, {set});
}
void default_sets(benchmark::State& state) {
  read_sets(state,
            {"cpu", "system", "memory", "disk", "filesystem", "network", "pressure", "vmstat", "files"});
}
void numbers_in_files(benchmark::State& state) {
  auto source = counter_source::create();
  if (!source) {
    state.SkipWithError(source.error().message.c_str());
    return;
  }
  (*source)->add({counter_origin::file, "/proc/meminfo", "^HugePages_Free: +(\\d+)"});
  const std::uint32_t wanted[] = {0};
  counter_rows rows;
  for (auto _ : state)
    if (!(*source)->read(wanted, rows)) state.SkipWithError("the file cannot be read");
  state.counters["rows"] = static_cast<double>(rows.rows.size());
}

BENCHMARK(default_sets)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(one_set, cpu, "cpu")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(one_set, system, "system")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(one_set, memory, "memory")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(one_set, disk, "disk")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(one_set, filesystem, "filesystem")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(one_set, network, "network")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(one_set, pressure, "pressure")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(one_set, vmstat, "vmstat")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(one_set, files, "files")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(one_set, cgroup, "cgroup")->Unit(benchmark::kMicrosecond);
BENCHMARK(numbers_in_files)->Unit(benchmark::kMicrosecond);

} // namespace
