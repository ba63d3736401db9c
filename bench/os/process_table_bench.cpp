// SPDX-License-Identifier: Apache-2.0
// What one reading of the process table costs, over this machine's processes and N more that sleep
// (environment variable N, 200 unless told), and what the parsers cost per call. "cpu" is this process's own
// processor time.
#include "parse/proc_pid.hpp"
#include "reeve/os/process_table.hpp"

#include <benchmark/benchmark.h>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace reeve::os;
using enum process_field;

constexpr process_fields default_fields = all_process_fields & ~static_cast<process_fields>(swap_memory);

// Children that sleep until they are ended.
class sleepers {
 public:
  explicit sleepers(int count) {
    for (int i = 0; i < count; ++i) {
      const pid_t pid = ::fork();
      if (pid == 0) {
        for (;;)
          ::pause();
      }
      if (pid > 0) pids_.push_back(pid);
    }
  }
  ~sleepers() {
    for (const pid_t pid : pids_)
      ::kill(pid, SIGKILL);
    for (const pid_t pid : pids_)
      ::waitpid(pid, nullptr, 0);
  }

 private:
  std::vector<pid_t> pids_;
};

int wanted_sleepers() {
  const char* text = std::getenv("N");
  return text ? std::atoi(text) : 200;
}

void read_table(benchmark::State& state, process_fields fields) {
  const sleepers population(wanted_sleepers());
  auto table = process_table::create();
  if (!table) {
    state.SkipWithError(table.error().message.c_str());
    return;
  }
  process_rows rows;
  for (int i = 0; i < 3; ++i) // the first readings know nothing yet
    (void)(*table)->read(fields, rows);
  for (auto _ : state)
    benchmark::DoNotOptimize((*table)->read(fields, rows));
  state.counters["processes"] = static_cast<double>(rows.rows.size());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows.rows.size()));
}

void first_reading(benchmark::State& state) {
  const sleepers population(wanted_sleepers());
  process_rows rows;
  for (auto _ : state) {
    auto table = process_table::create();
    if (table) benchmark::DoNotOptimize((*table)->read(default_fields, rows));
  }
  state.counters["processes"] = static_cast<double>(rows.rows.size());
}

constexpr std::string_view stat_text = "1234 (a) b (c) S 1 1234 1234 0 -1 4194560 5123 88123 3 12 250 1700 "
                                       "33 44 20 0 12 0 30100123 1234567168 5432 "
                                       "18446744073709551615 94021238882304 94021239563493 140735511424544 0 "
                                       "0 0 671173123 4096 1260 1 0 0 17 1 0 0 0 0 0 "
                                       "94021239889888 94021239936520 94021268697088 140735511428880 "
                                       "140735511428911 140735511428911 140735511429091 0\n";
constexpr std::string_view io_text = "rchar: 323934931\nwchar: 323929600\nsyscr: 632687\nsyscw: 632675\n"
                                     "read_bytes: 40960\nwrite_bytes: 323932160\ncancelled_write_bytes: 0\n";

BENCHMARK_CAPTURE(read_table, default_fields, default_fields)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_table, cpu_and_memory, cpu | resident_memory)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_table, all_fields, all_process_fields)->Unit(benchmark::kMillisecond);
BENCHMARK(first_reading)->Unit(benchmark::kMillisecond);

void parse_stat(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(parse::parse_stat(stat_text));
}
BENCHMARK(parse_stat);
void parse_statm(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(parse::parse_statm("301310 5432 1220 1 0 24300 0\n"));
}
BENCHMARK(parse_statm);
void parse_io(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(parse::parse_io(io_text));
}
BENCHMARK(parse_io);

} // namespace
