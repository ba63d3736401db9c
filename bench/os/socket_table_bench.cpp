// SPDX-License-Identifier: Apache-2.0
// One reading of the socket table with owners, over the sockets and processes of this machine, beside the least it can
// cost: one dump of the kernel's sockets and one readlink of every descriptor there is. bench/peers/ports.sh fills the
// machine first. "cpu" is this process's own processor time.
#include "reeve/os/socket_table.hpp"

#include <benchmark/benchmark.h>
#include <cctype>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <string>
#include <unistd.h>

namespace {

using namespace reeve::os;

// Every descriptor of every process: opendir, readdir, readlinkat.
std::size_t read_all_links() {
  std::size_t links = 0;
  DIR* const proc = ::opendir("/proc");
  char path[64], target[256];
  while (const dirent* process = ::readdir(proc)) {
    if (!std::isdigit(static_cast<unsigned char>(process->d_name[0]))) continue;
    std::snprintf(path, sizeof path, "/proc/%.20s/fd", process->d_name);
    DIR* const fds = ::opendir(path);
    if (!fds) continue;
    while (const dirent* fd = ::readdir(fds)) {
      if (fd->d_name[0] == '.') continue;
      if (::readlinkat(::dirfd(fds), fd->d_name, target, sizeof target) > 0) ++links;
    }
    ::closedir(fds);
  }
  ::closedir(proc);
  return links;
}

void read_table(benchmark::State& state, bool owners, bool links) {
  auto table = socket_table::create();
  if (!table) {
    state.SkipWithError(table.error().message.c_str());
    return;
  }
  socket_request request;
  request.owners = owners;
  socket_rows rows;
  std::size_t seen = 0;
  for (auto _ : state) {
    if (!(*table)->read(request, rows)) state.SkipWithError("the table could not be read");
    if (links) seen = read_all_links();
  }
  state.counters["rows"] = static_cast<double>(rows.rows.size());
  if (links) state.counters["links"] = static_cast<double>(seen);
}

void dump_alone(benchmark::State& state) {
  read_table(state, false, false);
}
void dump_and_links(benchmark::State& state) {
  read_table(state, false, true);
}
void table_with_owners(benchmark::State& state) {
  read_table(state, true, false);
}
BENCHMARK(dump_alone)->Unit(benchmark::kMillisecond);
BENCHMARK(dump_and_links)->Unit(benchmark::kMillisecond);
BENCHMARK(table_with_owners)->Unit(benchmark::kMillisecond);

} // namespace
