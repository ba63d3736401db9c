// SPDX-License-Identifier: Apache-2.0
#include "linux/proc_files.hpp"
#include "linux/process_cache.hpp"
#include "linux/taskstats.hpp"
#include "parse/proc_pid.hpp"
#include "posix/error.hpp"
#include "posix/user_names.hpp"
#include "reeve/base/strings.hpp"

#include <bit>
#include <cerrno>
#include <ctime>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <unistd.h>

namespace reeve::os {

namespace {

constexpr std::size_t max_command_line = 4096;
constexpr std::uint32_t rotation = 16; // in so many readings every cached text is read again once
constexpr std::int64_t second_ns = 1'000'000'000;

using enum process_field;
constexpr process_fields texts = executable | command_line | user;
constexpr process_fields counters = private_memory | swap_memory | open_handles | io;

std::int64_t now_ns(clockid_t which) noexcept {
  std::timespec t{};
  ::clock_gettime(which, &t);
  return t.tv_sec * second_ns + t.tv_nsec;
}

process_state state_of(char letter) noexcept {
  switch (letter) { // proc(5)
  case 'R': return process_state::running;
  case 'S': return process_state::sleeping;
  case 'D': return process_state::waiting;
  case 'T':
  case 't': return process_state::stopped;
  case 'Z':
  case 'X':
  case 'x': return process_state::zombie;
  case 'I':
  case 'P': return process_state::idle; // P: a parked kernel thread
  default: return process_state::other;
  }
}

bool gone(int problem) noexcept { return problem == ENOENT || problem == ESRCH; }
bool denied(int problem) noexcept { return problem == EACCES || problem == EPERM; }

text_ref append(std::string& text, std::string_view piece) {
  const text_ref ref{static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(piece.size())};
  text.append(piece);
  return ref;
}

class procfs_table final : public process_table {
 public:
  explicit procfs_table(proc_files files) : files_(std::move(files)) {
    page_bytes_ = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    tick_ns_ = static_cast<std::uint64_t>(second_ns / ::sysconf(_SC_CLK_TCK));
    if (files_.own_namespace()) {
      if (auto opened = taskstats::create()) taskstats_ = std::move(*opened);
    }
    find_boot_time();
  }

  result<> read(process_fields wanted, process_rows& out) override;
  std::string_view backend() const noexcept override { return "procfs"; }
  std::string_view short_lived_unavailable() const noexcept override { return {}; }

 private:
  // One process while its row is made.
  struct subject {
    std::uint32_t pid;
    proc_path path; // its folder, or that of a living thread
    parse::pid_stat stat;
    known_process& known;
    bool zombie = false;
    bool kernel_thread = false;
    bool fresh = false; // it may have changed its face: cached texts are not trusted
  };

  void find_boot_time();
  void read_process(std::uint32_t pid, const switch_counts& switches, process_fields wanted, process_rows& out);
  void look_at_living_thread(subject& s);
  process_fields due(const subject& s, const switch_counts& switches, process_fields wanted) const;
  void remember(const subject& s, const switch_counts& switches);
  bool read_due(subject& s, process_fields fields);
  bool note(subject& s, process_field field, int problem);
  bool read_executable(subject& s);
  bool read_command_line(subject& s);
  bool read_user(subject& s);
  bool read_private_memory(subject& s);
  bool read_io(subject& s);
  bool read_handles(subject& s);
  bool read_limit(subject& s);
  bool read_status(subject& s, process_fields fields);
  void count_switches(subject& s, const switch_counts& now);
  void fill(const subject& s, process_fields wanted, process_rows& out);

  proc_files files_;
  std::unique_ptr<taskstats> taskstats_;
  process_cache cache_;
  user_names users_;
  std::vector<std::uint32_t> pids_;
  std::vector<switch_counts> switches_;
  std::uint64_t reading_ = 0;
  std::uint64_t page_bytes_ = 4096;
  std::uint64_t tick_ns_ = 10'000'000;
  std::int64_t boot_unix_ns_ = 0; // 0: unknown
  bool nothing_swapped_ = false;
};

// When the machine started, in wall-clock time. It is only moved when the wall clock was set: a start time that
// wanders by microseconds from reading to reading would look like a restart.
void procfs_table::find_boot_time() {
  if (!files_.own_namespace()) {
    if (boot_unix_ns_ != 0) return;
    int problem = 0;
    if (const auto seconds = parse::parse_boot_time(files_.read("stat", problem)))
      boot_unix_ns_ = static_cast<std::int64_t>(*seconds) * second_ns;
    return;
  }
  const std::int64_t boot = now_ns(CLOCK_REALTIME) - now_ns(CLOCK_BOOTTIME);
  const std::int64_t moved = boot - boot_unix_ns_;
  if (moved > second_ns / 2 || moved < -second_ns / 2) boot_unix_ns_ = boot;
}

result<> procfs_table::read(process_fields wanted, process_rows& out) {
  if (!files_.list(pids_)) return posix_error(errno, "cannot list the processes");
  ++reading_;
  out.rows.clear();
  out.short_lived.clear();
  out.text.clear();
  out.unreadable = {};

  users_.refresh(now_ns(CLOCK_MONOTONIC) / second_ns);
  if (has(wanted, start_time)) find_boot_time();
  if (has(wanted, swap_memory) && files_.own_namespace()) {
    struct sysinfo memory {};
    nothing_swapped_ = ::sysinfo(&memory) == 0 && memory.totalswap == memory.freeswap;
  }
  if (taskstats_ && (wanted & (counters | context_switches)) != 0)
    taskstats_->read(pids_, switches_);
  else
    switches_.assign(pids_.size(), {});

  for (std::size_t i = 0; i < pids_.size(); ++i)
    read_process(pids_[i], switches_[i], wanted, out);
  cache_.drop_unless_read_in(reading_);
  return {};
}

void procfs_table::read_process(std::uint32_t pid, const switch_counts& switches, process_fields wanted,
                                process_rows& out) {
  const auto count = [&out](unreadable_reason reason, int fields) {
    out.unreadable[static_cast<std::size_t>(reason)] += static_cast<std::uint64_t>(fields);
  };
  proc_path path(pid);
  int problem = 0;
  const std::string_view text = files_.read(path.file("stat"), problem);
  if (gone(problem)) return;
  auto stat = parse::parse_stat(text);
  if (!stat) { // without its start stamp it has no identity, so there is no row to make
    count(denied(problem) ? unreadable_reason::access_denied : unreadable_reason::failed, 1);
    return;
  }
  subject s{pid, path, *stat, cache_.of(pid, stat->start_ticks)};
  s.zombie = state_of(s.stat.state) == process_state::zombie;
  s.kernel_thread = (s.stat.flags & parse::kernel_thread_flag) != 0;
  s.fresh = s.known.sightings < 2 || s.known.name != s.stat.comm || s.known.start_stack != s.stat.start_stack ||
            s.known.zombie != s.zombie || (pid + reading_) % rotation == 0;
  // The buffer that comm lies in is about to be used again.
  if (s.known.name != s.stat.comm) s.known.name = s.stat.comm;
  s.stat.comm = s.known.name;
  s.known.start_stack = s.stat.start_stack;
  s.known.zombie = s.zombie;
  if (s.zombie && s.stat.threads > 1) look_at_living_thread(s);

  if (!read_due(s, due(s, switches, wanted))) return;
  count_switches(s, switches);
  remember(s, switches);
  count(unreadable_reason::access_denied, std::popcount(s.known.denied & wanted));
  count(unreadable_reason::failed, std::popcount(s.known.failed & wanted));
  fill(s, wanted, out);
}

// The main thread has ended and the others run on: the process is alive, but its memory, descriptors and state only show
// in the folder of a living thread.
void procfs_table::look_at_living_thread(subject& s) {
  const std::uint32_t thread = files_.living_thread(s.pid);
  if (thread == 0) return;
  s.path = proc_path(s.pid, thread);
  int problem = 0;
  const auto living = parse::parse_stat(files_.read(s.path.file("stat"), problem));
  if (!living) return;
  s.zombie = false;
  s.stat.state = living->state;
  s.stat.has_memory = living->has_memory;
  s.stat.virtual_bytes = living->virtual_bytes;
  s.stat.resident_pages = living->resident_pages;
}

// What must be read now: everything when the process may have changed its face, else what is not known yet and the
// counters, unless no thread of it ran since the last reading: every thread that ran and sleeps again has switched.
process_fields procfs_table::due(const subject& s, const switch_counts& switches, process_fields wanted) const {
  if (s.fresh) return wanted;
  const known_process& k = s.known;
  const bool idle = switches.known() && switches == k.last_switches && s.stat.state != 'R' &&
                    k.last_ticks == s.stat.user_ticks + s.stat.system_ticks &&
                    k.last_faults == s.stat.minor_faults + s.stat.major_faults &&
                    k.last_resident_pages == s.stat.resident_pages && k.last_threads == s.stat.threads;
  const process_fields kept = idle ? texts | counters : texts;
  return wanted & ~(kept & k.tried);
}

void procfs_table::remember(const subject& s, const switch_counts& switches) {
  known_process& k = s.known;
  k.reading = reading_;
  if (k.sightings < 2) ++k.sightings;
  if (switches.known()) k.last_switches = switches;
  k.last_ticks = s.stat.user_ticks + s.stat.system_ticks;
  k.last_faults = s.stat.minor_faults + s.stat.major_faults;
  k.last_resident_pages = s.stat.resident_pages;
  k.last_threads = s.stat.threads;
}

// False when the process has gone.
bool procfs_table::read_due(subject& s, process_fields fields) {
  if (has(fields, executable) && !read_executable(s)) return false;
  if (has(fields, command_line) && !read_command_line(s)) return false;
  if (has(fields, user) && !read_user(s)) return false;
  if (has(fields, private_memory) && !read_private_memory(s)) return false;
  if (has(fields, io) && !read_io(s)) return false;
  if (has(fields, open_handles) && !read_handles(s)) return false;
  if (has(fields, open_handles_limit) && !read_limit(s)) return false;
  return read_status(s, fields);
}

// True when the process is still there, and then the reason is noted.
bool procfs_table::note(subject& s, process_field field, int problem) {
  if (gone(problem)) {
    struct stat folder {};
    int missing = 0;
    if (!files_.status_of(proc_path(s.pid).file("stat"), folder, missing)) return false;
  }
  s.known.settle(field, denied(problem) ? s.known.denied : s.known.failed);
  return true;
}

bool procfs_table::read_executable(subject& s) {
  s.known.have_none(executable);
  if (s.kernel_thread || s.zombie) return true;
  int problem = 0;
  std::string_view target = files_.read_link(s.path.file("exe"), problem);
  if (problem == ENOENT) return true; // on its way out, it has no memory any more
  if (problem != 0) return note(s, executable, problem);
  constexpr std::string_view deleted = " (deleted)";
  if (target.ends_with(deleted)) target.remove_suffix(deleted.size());
  s.known.executable = target;
  s.known.hold(executable);
  return true;
}

bool procfs_table::read_command_line(subject& s) {
  s.known.have_none(command_line);
  if (s.kernel_thread || s.zombie) return true;
  int problem = 0;
  const std::string_view text = files_.read(s.path.file("cmdline"), problem, max_command_line);
  if (problem != 0) return note(s, command_line, problem);
  parse::assign_command_line(s.known.command_line, text, max_command_line);
  s.known.hold(command_line);
  return true;
}

// The folder belongs to the effective user, also where the files in it were given to root because the process may not be
// traced (proc(5), "/proc/PID").
bool procfs_table::read_user(subject& s) {
  struct stat folder {};
  int problem = 0;
  if (!files_.status_of(proc_path(s.pid).folder(), folder, problem)) return note(s, user, problem);
  s.known.uid = folder.st_uid;
  s.known.hold(user);
  return true;
}

bool procfs_table::read_private_memory(subject& s) {
  if (s.kernel_thread || s.zombie) {
    s.known.resident_bytes = 0;
    s.known.private_bytes = 0;
    s.known.hold(private_memory);
    return true;
  }
  int problem = 0;
  const auto pages = parse::parse_statm(files_.read(s.path.file("statm"), problem));
  if (!pages) return note(s, private_memory, problem);
  s.known.resident_bytes = pages->resident_pages * page_bytes_;
  s.known.private_bytes =
      pages->resident_pages > pages->shared_pages ? (pages->resident_pages - pages->shared_pages) * page_bytes_ : 0;
  s.known.hold(private_memory);
  return true;
}

bool procfs_table::read_io(subject& s) {
  int problem = 0;
  const auto bytes = parse::parse_io(files_.read(proc_path(s.pid).file("io"), problem));
  if (!bytes) return note(s, io, problem);
  s.known.io_read_bytes = bytes->read_bytes;
  s.known.io_write_bytes = bytes->write_bytes;
  s.known.hold(io);
  return true;
}

bool procfs_table::read_handles(subject& s) {
  int problem = 0;
  if (!files_.count_descriptors(s.path, s.known.open_handles, problem)) return note(s, open_handles, problem);
  s.known.hold(open_handles);
  return true;
}

// The call is cheap but wants CAP_SYS_RESOURCE for other users' processes. The file wants nothing, and is read once in
// a rotation.
bool procfs_table::read_limit(subject& s) {
  if (files_.own_namespace()) {
    rlimit limit{};
    if (::prlimit(static_cast<pid_t>(s.pid), RLIMIT_NOFILE, nullptr, &limit) == 0) {
      s.known.open_handles_limit = limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : limit.rlim_cur;
      s.known.hold(open_handles_limit);
      return true;
    }
    if (errno == ESRCH) return false;
  }
  if (!s.fresh && has(s.known.tried, open_handles_limit)) return true;
  int problem = 0;
  const auto limit = parse::parse_open_files_limit(files_.read(s.path.file("limits"), problem));
  if (!limit) return note(s, open_handles_limit, problem);
  s.known.open_handles_limit = *limit;
  s.known.hold(open_handles_limit);
  return true;
}

bool procfs_table::read_status(subject& s, process_fields fields) {
  const bool no_swap = s.kernel_thread || s.zombie || nothing_swapped_;
  if (has(fields, swap_memory) && no_swap) {
    s.known.swap_bytes = 0;
    s.known.hold(swap_memory);
  }
  const bool want_swap = has(fields, swap_memory) && !no_swap;
  const bool want_switches = has(fields, context_switches) && !taskstats_;
  if (!want_swap && !want_switches) return true;

  int problem = 0;
  const auto status = parse::parse_status(files_.read(s.path.file("status"), problem));
  if (want_swap) {
    if (status.swap_bytes) {
      s.known.swap_bytes = *status.swap_bytes;
      s.known.hold(swap_memory);
    } else if (!note(s, swap_memory, problem)) {
      return false;
    }
  }
  if (want_switches) {
    if (status.voluntary_switches && status.involuntary_switches) {
      s.known.voluntary_switches = *status.voluntary_switches;
      s.known.involuntary_switches = *status.involuntary_switches;
      s.known.hold(context_switches);
    } else if (!note(s, context_switches, problem)) {
      return false;
    }
  }
  return true;
}

// The kernel sums over living threads, so the number falls when a thread ends. Only what was added is counted: the
// switches of a thread since the last reading are lost with it, and the counter never falls.
void procfs_table::count_switches(subject& s, const switch_counts& now) {
  known_process& k = s.known;
  if (!taskstats_ || !now.known() || s.zombie) return;
  const auto added = [](std::uint64_t before, std::uint64_t after) { return after > before ? after - before : 0; };
  if (has(k.held, context_switches)) {
    k.voluntary_switches += added(k.last_switches.voluntary, now.voluntary);
    k.involuntary_switches += added(k.last_switches.involuntary, now.involuntary);
    return;
  }
  k.voluntary_switches = now.voluntary;
  k.involuntary_switches = now.involuntary;
  k.hold(context_switches);
}

void procfs_table::fill(const subject& s, process_fields wanted, process_rows& out) {
  const known_process& k = s.known;
  process_row& row = out.rows.emplace_back();
  process_fields present = parent | state;
  row.id = {s.pid, s.stat.start_ticks};
  row.ppid = s.stat.ppid;
  row.flags = s.kernel_thread ? process_row::kernel_thread : 0;
  row.state = state_of(s.stat.state);
  row.name = append(out.text, k.name);
  present = present | cpu | threads | page_faults;
  row.cpu_user_ns = s.stat.user_ticks * tick_ns_;
  row.cpu_system_ns = s.stat.system_ticks * tick_ns_;
  row.threads = s.stat.threads;
  row.minor_faults = s.stat.minor_faults;
  row.major_faults = s.stat.major_faults;
  if (s.stat.has_memory) {
    present = present | resident_memory | virtual_memory;
    row.resident_bytes = s.stat.resident_pages * page_bytes_;
    row.virtual_bytes = s.stat.virtual_bytes;
  }
  if (boot_unix_ns_ != 0) {
    present = present | start_time;
    row.start_unix_ns = boot_unix_ns_ + static_cast<std::int64_t>(s.stat.start_ticks * tick_ns_);
  }

  row.present = wanted & (present | k.held);
  if (has(row.present, executable)) row.executable = append(out.text, k.executable);
  if (has(row.present, command_line)) row.command_line = append(out.text, k.command_line);
  if (has(row.present, user)) row.user = append(out.text, users_.of(k.uid));
  if (has(row.present, private_memory)) {
    row.private_bytes = k.private_bytes;
    row.resident_bytes = k.resident_bytes; // of the same moment, so that private is never more than resident
  }
  row.swap_bytes = k.swap_bytes;
  row.open_handles = k.open_handles;
  row.open_handles_limit = k.open_handles_limit;
  row.io_read_bytes = k.io_read_bytes;
  row.io_write_bytes = k.io_write_bytes;
  row.voluntary_switches = k.voluntary_switches;
  row.involuntary_switches = k.involuntary_switches;
}

} // namespace

result<std::unique_ptr<process_table>> process_table::create(const process_table_options& options) {
  auto files = proc_files::open(options.proc_root);
  if (!files) return files.error();
  return std::unique_ptr<process_table>(std::make_unique<procfs_table>(std::move(*files)));
}

} // namespace reeve::os
