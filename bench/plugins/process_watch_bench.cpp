// SPDX-License-Identifier: Apache-2.0
// One tick of process-watch over a machine where nothing begins or ends, without the cost of the table and of
// the store: time, allocations (must be none) and what a process costs in memory.
#include "tests/support/fake_plugin_host.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <new>

namespace {

// One thread, so plain numbers do.
std::uint64_t allocations = 0;
std::int64_t live_bytes = 0;

constexpr std::size_t header = alignof(std::max_align_t);

} // namespace

void* operator new(std::size_t size) {
  auto* block = static_cast<std::size_t*>(std::malloc(size + header));
  if (!block) throw std::bad_alloc();
  *block = size;
  ++allocations;
  live_bytes += static_cast<std::int64_t>(size);
  return reinterpret_cast<char*>(block) + header;
}
void operator delete(void* p) noexcept {
  if (!p) return;
  auto* block = reinterpret_cast<std::size_t*>(static_cast<char*>(p) - header);
  live_bytes -= static_cast<std::int64_t>(*block);
  std::free(block);
}
void operator delete(void* p, std::size_t) noexcept {
  operator delete(p);
}

namespace {

using reeve::testing::fake_plugin_host;

constexpr const char* rules = R"(
unmatched = "group_by_name"
[[group]]
name = "db"
process = ["postgres"]
include_children = true
[[group]]
name = "java:{{.Matches.app}}"
command_line_regex = ['-Dapp=(?P<app>\w+)']
[[group]]
name = "opt"
executable_regex = '^/opt/'
)";

void fill(fake_plugin_host& host, std::uint32_t processes) {
  for (std::uint32_t i = 0; i < processes; ++i) {
    auto& p = host.processes.add(1000 + i * 7 % 32749, 5000 + i, "program-" + std::to_string(i % 100),
                                 i > 0 ? 1000 : 1);
    p.executable = "/usr/lib/program/bin/program-" + std::to_string(i % 100);
    p.command_line =
        p.executable +
        " --config=/etc/program/program.conf --port=8080 --log-level=info --workers=" + std::to_string(i);
    p.user = "service";
    p.row.threads = 4;
    p.row.open_handles = 30;
    p.row.open_handles_limit = 1024;
  }
}

// Bytes that the plugin holds with so many processes.
std::int64_t held(const char* toml, std::uint32_t processes) {
  fake_plugin_host host;
  host.keep_nothing = true;
  host.run(toml);
  fill(host, processes);
  host.processes.freeze();
  const std::int64_t before = live_bytes;
  host.sample();
  host.sample();
  return live_bytes - before;
}

void steady_state(benchmark::State& state, const char* toml) {
  const auto processes = static_cast<std::uint32_t>(state.range(0));
  const std::int64_t per_process = (held(toml, 2 * processes) - held(toml, processes)) / processes;
  fake_plugin_host host;
  host.keep_nothing = true;
  host.run(toml);
  fill(host, processes);
  host.processes.freeze();
  host.sample();
  host.sample();
  const std::uint64_t points_before = host.points();
  const std::uint64_t before = allocations;
  std::uint64_t ticks = 0;
  for (auto _ : state) {
    if (host.sample() != REEVE_OK) state.SkipWithError("sample() failed");
    ++ticks;
  }
  const std::uint64_t made = allocations - before;
  state.counters["allocations/tick"] = static_cast<double>(made) / static_cast<double>(ticks);
  state.counters["points/tick"] =
      static_cast<double>(host.points() - points_before) / static_cast<double>(ticks);
  state.counters["bytes/process"] = static_cast<double>(per_process);
  if (made != 0) state.SkipWithError("the steady state allocates");
}

BENCHMARK_CAPTURE(steady_state, groups_by_name, "")->Arg(2000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(steady_state, groups_by_rules, rules)->Arg(2000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(steady_state, every_process, "per_process = true")
    ->Arg(2000)
    ->Unit(benchmark::kMicrosecond);

} // namespace
