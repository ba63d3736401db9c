// SPDX-License-Identifier: Apache-2.0
#include "linux/abandoned_program.hpp"

#include "linux/keeper/small_file.hpp"
#include "parse/proc_pid.hpp"
#include "posix/unique_fd.hpp"

#include <csignal>
#include <dirent.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace reeve::os {

namespace {

unique_fd open_pidfd(pid_t pid) {
  return unique_fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

// A session's number is nobody else's as long as one of its processes lives.
std::vector<unique_fd> session_of(pid_t leader) {
  std::vector<unique_fd> out;
  DIR* const proc = ::opendir("/proc");
  if (!proc) return out;
  while (const dirent* entry = ::readdir(proc)) {
    const auto pid = parse::parse_pid(entry->d_name);
    if (!pid || ::getsid(static_cast<pid_t>(*pid)) != leader) continue;
    unique_fd held = open_pidfd(static_cast<pid_t>(*pid));
    if (held && ::getsid(static_cast<pid_t>(*pid)) == leader) out.push_back(std::move(held));
  }
  ::closedir(proc);
  return out;
}

} // namespace

void end_abandoned(const process_id& program) {
  if (program.pid == 0) return;
  const process_id now = identity_of(program.pid);
  if (now.start != 0 && now != program) return; // the number is another's by now, and so is its session
  for (const unique_fd& held : session_of(static_cast<pid_t>(program.pid))) {
    ::syscall(SYS_pidfd_send_signal, held.get(), SIGKILL, nullptr, 0);
    pollfd p{held.get(), POLLIN, 0};
    ::poll(&p, 1, 1000);
  }
}

} // namespace reeve::os
