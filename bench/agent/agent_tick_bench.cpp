// SPDX-License-Identifier: Apache-2.0
// One tick as the agent has it: the table is read (without the system's part: it is a copy of rows in
// memory), put into the ABI's shape, sampled by process-watch's own module on its thread, committed and
// published. 2,000 processes, none begins or ends. "allocations/tick" counts operator new in all threads.
#include "still_machine.hpp"
#include "tests/support/heap_count.hpp"
#include "tests/support/plugin_rig.hpp"

#include <benchmark/benchmark.h>

#include <memory>

namespace {

using namespace reeve;

constexpr std::uint32_t processes = 2000;
// Where the kernel does not tell of short-lived processes, each reading says so.
constexpr const char* trouble = "the kernel does not let this account listen to process events";

std::unique_ptr<test::plugin_rig> rig_with(bool per_process) {
  auto rig = test::plugin_rig::start(
      "process-watch", test::options({{"per_process", {per_process, {}}}}),
      {.processes = [](const os::process_table_options&) -> result<std::unique_ptr<os::process_table>> {
        return {std::make_unique<bench::still_machine>(processes, trouble)};
      }});
  if (!rig) throw std::runtime_error(rig.error().message);
  return *std::move(rig);
}

void tick(benchmark::State& state, bool per_process) {
  const auto rig = rig_with(per_process);
  std::size_t points = 0;
  for (int i = 0; i < 3; ++i) // series, buffers and the two readings in turn
    points = rig->tick().published->values.size();
  const std::uint64_t before = test::heap_allocations();
  for (auto _ : state)
    if (rig->tick().status != REEVE_OK) state.SkipWithError("the tick failed");
  state.counters["allocations/tick"] =
      static_cast<double>(test::heap_allocations() - before) / static_cast<double>(state.iterations());
  state.counters["points/tick"] = static_cast<double>(points);
}

// The table alone: from its rows to what a plugin is handed.
void reading(benchmark::State& state) {
  const test::manual_clock time;
  plugin_host::process_table_service service(
      time, [](const os::process_table_options&) -> result<std::unique_ptr<os::process_table>> {
        return {std::make_unique<bench::still_machine>(processes, trouble)};
      });
  service.want(&state, os::all_process_fields | REEVE_PROCESS_SHORT_LIVED);
  const auto read = [&] {
    return service.read(&state, time.mono() + nanoseconds(1), time.mono()).has_value();
  };
  for (int i = 0; i < 3; ++i)
    read();
  const std::uint64_t before = test::heap_allocations();
  for (auto _ : state)
    if (!read()) state.SkipWithError("the reading failed");
  state.counters["allocations/tick"] =
      static_cast<double>(test::heap_allocations() - before) / static_cast<double>(state.iterations());
}

BENCHMARK_CAPTURE(tick, groups, false)->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK_CAPTURE(tick, every_process, true)->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK(reading)->Unit(benchmark::kMicrosecond);

} // namespace
