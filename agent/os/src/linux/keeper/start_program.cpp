// SPDX-License-Identifier: Apache-2.0
#include "linux/keeper/start_program.hpp"

#include "keeper/limit_name.hpp"
#include "posix/error.hpp"
#include "posix/unique_fd.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace reeve::os {

namespace {

enum class step : std::uint8_t { session, cgroup, nice, limit, account, folder, program };

struct failure {
  step at = step::session;
  std::uint32_t which = 0; // of the limits
  int number = 0;          // errno
};

constexpr char has_begun = 'b'; // what a child tells first

constexpr int of_its_group = -1;

constexpr int resource_of(limited what) {
  switch (what) {
  case limited::open_files:
    return RLIMIT_NOFILE;
  case limited::processes:
    return RLIMIT_NPROC;
  case limited::core_size:
    return RLIMIT_CORE;
  case limited::file_size:
    return RLIMIT_FSIZE;
  case limited::address_space:
    return RLIMIT_AS;
  case limited::stack:
    return RLIMIT_STACK;
  case limited::locked_memory:
    return RLIMIT_MEMLOCK;
  case limited::cpu_seconds:
    return RLIMIT_CPU;
  case limited::memory:
  case limited::cpu:
    break;
  }
  return of_its_group;
}

// In the child, between fork() and exec(): only system calls.
failure become(const launch_order& order, int output, int cgroup, bool is_in_cgroup, pid_t keeper) {
  const launch_command& c = order.command;
  if (::setsid() < 0) return {step::session, 0, errno};
  if (cgroup >= 0 && !is_in_cgroup) {
    const int procs = ::openat(cgroup, "cgroup.procs", O_WRONLY | O_CLOEXEC);
    if (procs < 0 || ::write(procs, "0", 1) != 1) return {step::cgroup, 0, errno};
  }
  // Before the limits, which may leave room for none of them.
  const int input = ::open("/dev/null", O_RDONLY);
  ::dup2(input, 0);
  ::dup2(output, 1);
  ::dup2(output, 2);
  if (c.nice && ::setpriority(PRIO_PROCESS, 0, *c.nice) != 0) return {step::nice, 0, errno};
  for (std::uint32_t i = 0; i < c.limits.size(); ++i) {
    const int resource = resource_of(c.limits[i].what);
    if (resource == of_its_group) continue;
    const std::uint64_t value = c.limits[i].value;
    const rlim_t bound = value == UINT64_MAX ? RLIM_INFINITY : static_cast<rlim_t>(value);
    const rlimit limit{bound, bound};
    if (::setrlimit(static_cast<__rlimit_resource_t>(resource), &limit) != 0) return {step::limit, i, errno};
  }
  if (order.account) {
    const account_ids& a = *order.account;
    static_assert(sizeof(gid_t) == sizeof a.groups[0]);
    if (::setgroups(a.groups.size(), a.groups.data()) != 0 || ::setresgid(a.gid, a.gid, a.gid) != 0 ||
        ::setresuid(a.uid, a.uid, a.uid) != 0)
      return {step::account, 0, errno};
  }
  if (c.umask) ::umask(static_cast<mode_t>(*c.umask));
  if (::chdir(c.cwd.empty() ? "/" : c.cwd.c_str()) != 0) return {step::folder, 0, errno};
  // After the change of account, which takes it back.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != keeper) ::_exit(127);
  ::signal(SIGPIPE, SIG_DFL); // all others the keeper has left so
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  return {step::program, 0, 0};
}

error describe(const failure& f, const launch_order& order) {
  const launch_command& c = order.command;
  switch (f.at) {
  case step::session:
    return posix_error(f.number, "no new session");
  case step::cgroup:
    return posix_error(f.number, cat("control group ", order.cgroup));
  case step::nice:
    return posix_error(f.number, cat("nice ", *c.nice));
  case step::limit: {
    const resource_limit& l = c.limits[std::min<std::size_t>(f.which, c.limits.size() - 1)];
    return posix_error(f.number, cat("limit ", name_of(l.what), " of ", l.value));
  }
  case step::account:
    return posix_error(f.number, cat("account ", c.account.empty() ? cat(order.account->uid) : c.account));
  case step::folder:
    return posix_error(f.number, cat("folder ", c.cwd));
  case step::program:
    break;
  }
  return posix_error(f.number, cat("program ", c.program));
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 2);
  for (const std::string& t : texts)
    out.push_back(const_cast<char*>(t.c_str())); // execve() does not write to them
  out.push_back(nullptr);
  return out;
}

// A process that moves into a group waits some 10 ms for all processors of the machine; one that is born there does not
// (clone(2), CLONE_INTO_CGROUP, Linux 5.7). -1: not on this system, or not into this group.
pid_t fork_into(int cgroup) {
  clone_args how{};
  how.flags = CLONE_INTO_CGROUP;
  how.exit_signal = SIGCHLD;
  how.cgroup = static_cast<std::uint64_t>(cgroup);
  return static_cast<pid_t>(::syscall(SYS_clone3, &how, sizeof how));
}

void wait_for(pid_t pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

// False: the other end was closed before.
template <typename T>
bool read_one(const unique_fd& from, T& to) {
  ssize_t n = 0;
  while ((n = ::read(from.get(), &to, sizeof to)) < 0 && errno == EINTR) {
  }
  return n == sizeof to;
}

} // namespace

result<pid_t> start_program(const launch_order& order, int output, int cgroup) {
  const std::vector<char*> variables = pointers(order.environment);
  std::vector<char*> words = pointers(order.command.args);
  words.insert(words.begin(), const_cast<char*>(order.command.program.c_str()));
  const pid_t keeper = ::getpid();
  for (bool is_in_cgroup = cgroup >= 0;; is_in_cgroup = false) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return posix_error(errno, "no pipe");
    const unique_fd told(ends[0]);
    unique_fd telling(ends[1]);
    const pid_t pid = is_in_cgroup ? fork_into(cgroup) : ::fork();
    if (pid < 0 && is_in_cgroup) continue;
    if (pid < 0) return posix_error(errno, "no new process");
    if (pid == 0) {
      (void)!::write(telling.get(), &has_begun, sizeof has_begun);
      failure f = become(order, output, cgroup, is_in_cgroup, keeper);
      if (f.number == 0) {
        // What is closed on exec would do, but for descriptors that came in from the agent.
        ::syscall(SYS_close_range, 3, ~0U, 4 /* CLOSE_RANGE_CLOEXEC */);
        ::execve(order.command.program.c_str(), words.data(), variables.data());
        f.number = errno;
      }
      (void)!::write(telling.get(), &f, sizeof f);
      ::_exit(127);
    }
    telling.reset();
    char begun = 0;
    if (!read_one(told, begun) && is_in_cgroup) {
      // Killed by the kernel before its first instruction: Linux 6.18 does that where the group was killed before it was
      // born, or the keeper's own was. It does not to one that moves there.
      wait_for(pid);
      continue;
    }
    failure f;
    if (!read_one(told, f)) return pid;
    wait_for(pid);
    return describe(f, order);
  }
}

} // namespace reeve::os
