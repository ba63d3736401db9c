// SPDX-License-Identifier: Apache-2.0
#include "linux/process_cache.hpp"
#include "linux/process_events.hpp"
#include "linux/process_reader.hpp"
#include "linux/taskstats.hpp"
#include "parse/proc_pid.hpp"
#include "posix/error.hpp"
#include "posix/user_names.hpp"
#include "reeve/base/strings.hpp"

#include <bit>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <unistd.h>

namespace reeve::os {

namespace {

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
  case 'R':
    return process_state::running;
  case 'S':
    return process_state::sleeping;
  case 'D':
    return process_state::waiting;
  case 'T':
  case 't':
    return process_state::stopped;
  case 'Z':
  case 'X':
  case 'x':
    return process_state::zombie;
  case 'I':
  case 'P':
    return process_state::idle; // P: a parked kernel thread
  default:
    return process_state::other;
  }
}

text_ref append(std::string& text, std::string_view piece) {
  const text_ref ref{static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(piece.size())};
  text.append(piece);
  return ref;
}

class procfs_table final : public process_table {
 public:
  procfs_table(proc_files files, bool watch_short_lived)
      : reader_(std::move(files)), files_(reader_.files()) {
    tick_ns_ = static_cast<std::uint64_t>(second_ns / ::sysconf(_SC_CLK_TCK));
    if (files_.own_namespace()) {
      if (auto opened = taskstats::create()) taskstats_ = std::move(*opened);
    }
    find_boot_time();
    if (watch_short_lived) watch_births();
  }

  result<> read(process_fields wanted, process_rows& out) override;
  result<> read_some(std::span<const std::uint32_t> pids, process_fields wanted, process_rows& out) override;
  std::string_view backend() const noexcept override { return "procfs"; }
  std::string_view short_lived_unavailable() const noexcept override { return events_unavailable_; }

 private:
  using subject = process_subject;

  void find_boot_time();
  void watch_births();
  void read_listed(std::int64_t now, process_fields wanted, process_rows& out); // the processes in pids_
  void deliver_short_lived(process_fields wanted, std::int64_t listing_began, process_rows& out);
  void read_process(std::uint32_t pid, const switch_counts& switches, process_fields wanted,
                    process_rows& out);
  process_fields due(subject& s, const switch_counts& switches, process_fields wanted) const;
  void remember(const subject& s, const switch_counts& switches);
  void count_switches(subject& s, const switch_counts& now);
  void fill(const subject& s, process_fields wanted, process_rows& out);

  process_reader reader_;
  proc_files& files_;
  std::unique_ptr<taskstats> taskstats_;
  std::unique_ptr<process_events> events_;
  std::string events_unavailable_;
  process_cache cache_;
  user_names users_;
  std::vector<std::uint32_t> pids_;
  std::vector<switch_counts> switches_;
  std::uint64_t reading_ = 0;
  std::uint64_t tick_ns_ = 10'000'000;
  std::int64_t boot_unix_ns_ = 0; // 0: unknown
};

// When the machine started, in wall-clock time. It is only moved when the wall clock was set: a start time
// that wanders by microseconds from reading to reading would look like a restart.
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
  const std::int64_t listing_began = now_ns(CLOCK_MONOTONIC);
  if (!files_.list(pids_)) return posix_error(errno, "cannot list the processes");
  read_listed(listing_began, wanted, out);
  if (events_) deliver_short_lived(wanted, listing_began, out);
  cache_.drop_unless_read_in(reading_);
  return {};
}

result<> procfs_table::read_some(std::span<const std::uint32_t> pids, process_fields wanted,
                                 process_rows& out) {
  pids_.assign(pids.begin(), pids.end());
  read_listed(now_ns(CLOCK_MONOTONIC), wanted, out);
  return {};
}

void procfs_table::read_listed(std::int64_t now, process_fields wanted, process_rows& out) {
  ++reading_;
  out.rows.clear();
  out.short_lived.clear();
  out.text.clear();
  out.unreadable = {};

  users_.refresh(now / second_ns);
  if (has(wanted, start_time)) find_boot_time();
  reader_.begin(wanted, !taskstats_);
  if (taskstats_ && (wanted & (counters | context_switches)) != 0)
    taskstats_->read(pids_, switches_);
  else
    switches_.assign(pids_.size(), {});

  for (std::size_t i = 0; i < pids_.size(); ++i)
    read_process(pids_[i], switches_[i], wanted, out);
}

void procfs_table::watch_births() {
  if (!files_.own_namespace()) {
    events_unavailable_ =
        "the process folder is not this pid namespace's /proc, and process events are told of that alone";
    return;
  }
  auto started = process_events::start();
  if (started)
    events_ = std::move(*started);
  else
    events_unavailable_ = started.error().message;
}

// Called while the cache still knows the processes of the reading before as well.
void procfs_table::deliver_short_lived(process_fields wanted, std::int64_t listing_began, process_rows& out) {
  // Events carry the monotonic clock, start stamps the boot-time clock, which also runs while the machine is
  // suspended.
  const std::int64_t suspended = now_ns(CLOCK_BOOTTIME) - now_ns(CLOCK_MONOTONIC);
  events_->sift([&](process_birth& birth) {
    const std::uint64_t start = static_cast<std::uint64_t>(birth.mono_ns + suspended) / tick_ns_;
    const known_process* listed = cache_.find(birth.pid);
    // The stamp was taken a moment before the event.
    if (listed && listed->start <= start + 1 && start <= listed->start + 2)
      return process_events::verdict::drop;
    if (const known_process* ancestor = birth.name.empty() ? cache_.find(birth.name_from) : nullptr) {
      birth.name = ancestor->name;
      if (!birth.executed && has(ancestor->held, executable)) birth.executable = ancestor->executable;
    }
    if (birth.mono_ns >= listing_began) return process_events::verdict::keep; // it may still run
    // Born before the listing and not in it: it has ended, unless /proc hides it (mount option hidepid).
    if (!listed && (::kill(static_cast<pid_t>(birth.pid), 0) == 0 || errno == EPERM))
      return process_events::verdict::drop;

    process_row& row = out.short_lived.emplace_back();
    row.id = {birth.pid, start};
    row.ppid = birth.ppid;
    process_fields present = static_cast<process_fields>(parent);
    row.name = append(out.text, birth.name);
    if (has(wanted, executable) && !birth.executable.empty()) {
      row.executable = append(out.text, birth.executable);
      present = present | executable;
    }
    if (boot_unix_ns_ != 0) {
      row.start_unix_ns = boot_unix_ns_ + static_cast<std::int64_t>(start * tick_ns_);
      present = present | start_time;
    }
    row.present = present & wanted;
    return process_events::verdict::drop;
  });
  out.short_lived_lost_total = events_->lost_total();
}

void procfs_table::read_process(std::uint32_t pid, const switch_counts& switches, process_fields wanted,
                                process_rows& out) {
  const auto count = [&out](unreadable_reason reason, int fields) {
    out.unreadable[static_cast<std::size_t>(reason)] += static_cast<std::uint64_t>(fields);
  };
  proc_path path(pid);
  int problem = 0;
  const std::string_view text = files_.read(path.file("stat"), problem);
  if (proc_gone(problem)) return;
  auto stat = parse::parse_stat(text);
  if (!stat) { // without its start stamp it has no identity, so there is no row to make
    count(proc_denied(problem) ? unreadable_reason::access_denied : unreadable_reason::failed, 1);
    return;
  }
  subject s{pid, path, *stat, cache_.of(pid, stat->start_ticks)};
  s.zombie = state_of(s.stat.state) == process_state::zombie;
  s.kernel_thread = (s.stat.flags & parse::kernel_thread_flag) != 0;
  s.fresh = s.known.sightings < 2 || s.known.name != s.stat.comm ||
            s.known.start_stack != s.stat.start_stack || s.known.zombie != s.zombie ||
            (pid + reading_) % rotation == 0;
  // The buffer that comm lies in is about to be used again.
  if (s.known.name != s.stat.comm) s.known.name = s.stat.comm;
  s.stat.comm = s.known.name;
  s.known.start_stack = s.stat.start_stack;
  s.known.zombie = s.zombie;
  if (s.zombie && s.stat.threads > 1) reader_.look_at_living_thread(s);

  if (!reader_.read(s, due(s, switches, wanted))) return;
  count_switches(s, switches);
  remember(s, switches);
  count(unreadable_reason::access_denied, std::popcount(s.known.denied & wanted));
  count(unreadable_reason::failed, std::popcount(s.known.failed & wanted));
  fill(s, wanted, out);
}

// What must be read now: everything when the process may have changed its face, else what is not known yet
// and the counters, unless no thread of it ran since the last reading: every thread that ran and sleeps again
// has switched. What is out of date is forgotten also when nobody wants it this time.
process_fields procfs_table::due(subject& s, const switch_counts& switches, process_fields wanted) const {
  known_process& k = s.known;
  const bool idle = switches.known() && switches == k.last_switches && s.stat.state != 'R' &&
                    k.last_ticks == s.stat.user_ticks + s.stat.system_ticks &&
                    k.last_faults == s.stat.minor_faults + s.stat.major_faults &&
                    k.last_resident_pages == s.stat.resident_pages && k.last_threads == s.stat.threads;
  if (s.fresh)
    k.tried = 0;
  else if (!idle)
    k.tried &= ~counters;
  return wanted & ~((texts | counters) & k.tried);
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

// The kernel sums over living threads, so the number falls when a thread ends. Only what was added is
// counted: the switches of a thread since the last reading are lost with it, and the counter never falls.
void procfs_table::count_switches(subject& s, const switch_counts& now) {
  known_process& k = s.known;
  if (!taskstats_ || !now.known() || s.zombie) return;
  const auto added = [](std::uint64_t before, std::uint64_t after) {
    return after > before ? after - before : 0;
  };
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
    row.resident_bytes = s.stat.resident_pages * reader_.page_bytes();
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
  return std::unique_ptr<process_table>(
      std::make_unique<procfs_table>(std::move(*files), options.watch_short_lived));
}

} // namespace reeve::os
