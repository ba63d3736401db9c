// SPDX-License-Identifier: Apache-2.0
#include "linux/keeper/process_tree.hpp"

#include "linux/keeper/small_file.hpp"
#include "parse/proc_pid.hpp"
#include "posix/unique_fd.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"

#include <csignal>
#include <cstdint>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace reeve::os {

namespace {

struct member {
  pid_t pid = 0;
  unique_fd pidfd;
};

bool has_ended(const unique_fd& pidfd) {
  pollfd p{pidfd.get(), POLLIN, 0};
  return ::poll(&p, 1, 0) != 0;
}

// Of all its threads: each has a list of its own.
std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> out;
  const std::string folder = cat("/proc/", pid, "/task");
  DIR* const threads = ::opendir(folder.c_str());
  if (!threads) return out;
  while (const dirent* thread = ::readdir(threads)) {
    if (thread->d_name[0] == '.') continue;
    const std::string text = read_small_file(cat(folder, "/", thread->d_name, "/children"));
    std::string_view rest = text;
    pid_t child = 0;
    while (!rest.empty())
      if (read_number(take_until(rest, ' '), child)) out.push_back(child);
  }
  ::closedir(threads);
  return out;
}

// Nothing unless it is still a child of `parent`, or has become one of this process.
unique_fd hold(pid_t pid, const member& parent) {
  unique_fd held(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  // The parent may end between the two looks; the second time it has.
  for (int look = 0; held && look < 2; ++look) {
    const std::string text = read_small_file(cat("/proc/", pid, "/stat"));
    const auto stat = parse::parse_stat(text);
    const pid_t above = stat ? static_cast<pid_t>(stat->ppid) : 0;
    if (above == ::getpid() || (above == parent.pid && !has_ended(parent.pidfd))) return held;
    if (above != parent.pid) break;
  }
  return unique_fd();
}

// Held at one time is one line of descent only: there may be more processes than descriptors.
int signal_beneath(const member& parent, const std::vector<pid_t>& children, int number) {
  int reached = 0;
  for (const pid_t pid : children) {
    const member m{pid, hold(pid, parent)};
    if (!m.pidfd) continue;
    const std::vector<pid_t> below = children_of(pid); // before it may end and they become another's
    ::syscall(SYS_pidfd_send_signal, m.pidfd.get(), number, nullptr, 0);
    reached += 1 + signal_beneath(m, below, number);
  }
  return reached;
}

} // namespace

int signal_tree(int number) {
  const pid_t own = ::getpid();
  const member self{own, unique_fd(static_cast<int>(::syscall(SYS_pidfd_open, own, 0)))};
  return signal_beneath(self, children_of(own), number);
}

void kill_tree(int cgroup) {
  if (cgroup >= 0) {
    // Linux 5.14 and later; before that the rest of this function does it.
    const unique_fd kill(::openat(cgroup, "cgroup.kill", O_WRONLY | O_CLOEXEC));
    if (kill) (void)!::write(kill.get(), "1", 1);
  }
  int before = 0;
  for (int pass = 0; pass < 50; ++pass) {
    const int reached = signal_tree(SIGSTOP);
    if (reached <= before) break;
    before = reached;
  }
  signal_tree(SIGKILL);
}

pid_t oldest_child() {
  pid_t oldest = 0;
  std::uint64_t start = UINT64_MAX;
  // One that ended after the list was read had children of its own, maybe, which are ours by now.
  for (std::size_t ended = 0, ended_before = 0; oldest == 0; ended_before = std::exchange(ended, 0)) {
    for (const pid_t child : children_of(::getpid())) {
      const std::string text = read_small_file(cat("/proc/", child, "/stat"));
      const auto stat = parse::parse_stat(text);
      const bool has_ended = !stat || stat->state == 'Z' || stat->state == 'X';
      ended += has_ended ? 1 : 0;
      if (has_ended || stat->start_ticks >= start) continue;
      start = stat->start_ticks;
      oldest = child;
    }
    if (ended == ended_before) break;
  }
  return oldest;
}

} // namespace reeve::os
