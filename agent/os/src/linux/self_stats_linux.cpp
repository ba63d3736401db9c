// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/self_stats.hpp"

#include "linux/proc_files.hpp"
#include "parse/proc_pid.hpp"
#include "posix/error.hpp"

#include <ctime>
#include <sys/resource.h>
#include <unistd.h>

namespace reeve::os {

namespace {

double seconds_of(const timeval& t) noexcept {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

double clock_seconds(clockid_t which) noexcept {
  std::timespec t{};
  ::clock_gettime(which, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

} // namespace

result<self_stats> read_self_stats() {
  auto files = proc_files::open("/proc");
  if (!files) return files.error();
  int problem = 0;
  const auto stat = parse::parse_stat(files->read("self/stat", problem));
  if (!stat || !stat->has_memory) return posix_error(problem, "cannot read /proc/self/stat");

  self_stats out;
  out.resident_bytes = stat->resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  out.virtual_bytes = stat->virtual_bytes;
  out.threads = stat->threads;

  rusage used{}; // in microseconds, where the file counts in hundredths of a second
  ::getrusage(RUSAGE_SELF, &used);
  out.cpu_seconds = seconds_of(used.ru_utime) + seconds_of(used.ru_stime);

  proc_path self(stat->pid);
  if (!files->count_descriptors(self, out.open_handles, problem))
    return posix_error(problem, "cannot count our descriptors");
  --out.open_handles; // the one opened for this
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
    out.open_handles_limit = limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : limit.rlim_cur;

  // Taken once: the wall clock may be set later, and a start time that moves reads as a restart.
  static const double boot = clock_seconds(CLOCK_REALTIME) - clock_seconds(CLOCK_BOOTTIME);
  out.start_unix_seconds =
      boot + static_cast<double>(stat->start_ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  return out;
}

} // namespace reeve::os
