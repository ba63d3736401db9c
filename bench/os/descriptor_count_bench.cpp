// SPDX-License-Identifier: Apache-2.0
// How many descriptors every process of this machine has: as Reeve counts them, by one stat of each, which is the least
// it can cost, and by listing them.
#include "linux/proc_files.hpp"

#include <benchmark/benchmark.h>
#include <cstdint>
#include <dirent.h>
#include <string>
#include <sys/stat.h>
#include <vector>

namespace {

using namespace reeve::os;

struct machine {
  machine() {
    auto opened = proc_files::open("/proc");
    if (!opened || !opened->list(pids)) return;
    files.emplace_back(*std::move(opened));
    for (const std::uint32_t pid : pids)
      folders.push_back("/proc/" + std::to_string(pid) + "/fd");
  }
  std::vector<proc_files> files; // one, or none: /proc cannot be read
  std::vector<std::uint32_t> pids;
  std::vector<std::string> folders;
};

template <class Count>
void count_all(benchmark::State& state, const machine& m, Count&& count) {
  std::uint64_t descriptors = 0;
  for (auto _ : state) {
    descriptors = 0;
    for (std::size_t i = 0; i < m.pids.size(); ++i)
      descriptors += count(i);
  }
  if (descriptors == 0) state.SkipWithError("no process could be read");
  state.counters["processes"] = static_cast<double>(m.pids.size());
  state.counters["descriptors"] = static_cast<double>(descriptors);
}

void count_as_reeve_does(benchmark::State& state) {
  machine m;
  count_all(state, m, [&](std::size_t i) {
    proc_path path(m.pids[i]);
    std::uint64_t count = 0;
    int problem = 0;
    return !m.files.empty() && m.files.front().count_descriptors(path, count, problem) ? count : 0;
  });
}

void one_stat_each(benchmark::State& state) {
  const machine m;
  count_all(state, m, [&](std::size_t i) {
    struct stat folder {};
    return ::stat(m.folders[i].c_str(), &folder) == 0 ? static_cast<std::uint64_t>(folder.st_size) : 0;
  });
}

void list_each(benchmark::State& state) {
  const machine m;
  count_all(state, m, [&](std::size_t i) {
    std::uint64_t count = 0;
    DIR* const folder = ::opendir(m.folders[i].c_str());
    if (!folder) return count;
    while (const dirent* entry = ::readdir(folder))
      if (entry->d_name[0] != '.') ++count;
    ::closedir(folder);
    return count;
  });
}

BENCHMARK(count_as_reeve_does)->Unit(benchmark::kMillisecond);
BENCHMARK(one_stat_each)->Unit(benchmark::kMillisecond);
BENCHMARK(list_each)->Unit(benchmark::kMillisecond);

} // namespace
