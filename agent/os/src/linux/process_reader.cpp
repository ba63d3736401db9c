// SPDX-License-Identifier: Apache-2.0
#include "linux/process_reader.hpp"

#include "parse/proc_pid.hpp"

#include <cerrno>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <unistd.h>

namespace reeve::os {

using enum process_field;

namespace {
constexpr std::size_t max_command_line = 4096;
} // namespace

process_reader::process_reader(proc_files files)
    : files_(std::move(files)), page_bytes_(static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))) {}

void process_reader::begin(process_fields wanted, bool switches_from_status) {
  switches_from_status_ = switches_from_status;
  nothing_swapped_ = false;
  if (!has(wanted, swap_memory) || !files_.own_namespace()) return;
  struct sysinfo memory {};
  nothing_swapped_ = ::sysinfo(&memory) == 0 && memory.totalswap == memory.freeswap;
}

// The main thread has ended and the others run on: the process is alive, but its memory, descriptors and
// state only show in the folder of a living thread.
void process_reader::look_at_living_thread(process_subject& s) {
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

// False when the process has gone.
bool process_reader::read(process_subject& s, process_fields fields) {
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
bool process_reader::note(process_subject& s, process_field field, int problem) {
  if (proc_gone(problem)) {
    struct stat folder {};
    int missing = 0;
    if (!files_.status_of(proc_path(s.pid).file("stat"), folder, missing)) return false;
  }
  s.known.settle(field, proc_denied(problem) ? s.known.denied : s.known.failed);
  return true;
}

bool process_reader::read_executable(process_subject& s) {
  s.known.have_none(executable);
  if (s.kernel_thread || s.zombie) return true;
  int problem = 0;
  const std::string_view target = files_.read_link(s.path.file("exe"), problem);
  if (problem == ENOENT) return true; // on its way out, it has no memory any more
  if (problem != 0) return note(s, executable, problem);
  s.known.executable = parse::without_deleted(target);
  s.known.hold(executable);
  return true;
}

bool process_reader::read_command_line(process_subject& s) {
  s.known.have_none(command_line);
  if (s.kernel_thread || s.zombie) return true;
  int problem = 0;
  const std::string_view text = files_.read(s.path.file("cmdline"), problem, max_command_line);
  if (problem != 0) return note(s, command_line, problem);
  parse::assign_command_line(s.known.command_line, text, max_command_line);
  s.known.hold(command_line);
  return true;
}

// The folder belongs to the effective user, also where the files in it were given to root because the process
// may not be traced (proc(5), "/proc/PID").
bool process_reader::read_user(process_subject& s) {
  struct stat folder {};
  int problem = 0;
  if (!files_.status_of(proc_path(s.pid).folder(), folder, problem)) return note(s, user, problem);
  s.known.uid = folder.st_uid;
  s.known.hold(user);
  return true;
}

bool process_reader::read_private_memory(process_subject& s) {
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
  s.known.private_bytes = pages->resident_pages > pages->shared_pages
                              ? (pages->resident_pages - pages->shared_pages) * page_bytes_
                              : 0;
  s.known.hold(private_memory);
  return true;
}

bool process_reader::read_io(process_subject& s) {
  int problem = 0;
  const auto bytes = parse::parse_io(files_.read(proc_path(s.pid).file("io"), problem));
  if (!bytes) return note(s, io, problem);
  s.known.io_read_bytes = bytes->read_bytes;
  s.known.io_write_bytes = bytes->write_bytes;
  s.known.hold(io);
  return true;
}

bool process_reader::read_handles(process_subject& s) {
  int problem = 0;
  if (!files_.count_descriptors(s.path, s.known.open_handles, problem)) return note(s, open_handles, problem);
  s.known.hold(open_handles);
  return true;
}

// The call is cheap but wants CAP_SYS_RESOURCE for other users' processes. The file wants nothing, and is
// read once in a rotation.
bool process_reader::read_limit(process_subject& s) {
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

bool process_reader::read_status(process_subject& s, process_fields fields) {
  const bool no_swap = s.kernel_thread || s.zombie || nothing_swapped_;
  if (has(fields, swap_memory) && no_swap) {
    s.known.swap_bytes = 0;
    s.known.hold(swap_memory);
  }
  const bool want_swap = has(fields, swap_memory) && !no_swap;
  const bool want_switches = has(fields, context_switches) && switches_from_status_;
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

} // namespace reeve::os
