// SPDX-License-Identifier: Apache-2.0
#include "posix/run_program.hpp"

#include "posix/error.hpp"
#include "posix/unique_fd.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace reeve::os {

namespace {

using std::chrono::steady_clock;

// A process group of its own, so that what it starts is killed with it.
int spawn(pid_t& pid, const std::string& program, const std::vector<std::string>& args, int output) {
  std::vector<std::string> words{program};
  words.insert(words.end(), args.begin(), args.end());
  std::vector<char*> pointers;
  for (std::string& word : words)
    pointers.push_back(word.data());
  pointers.push_back(nullptr);

  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_adddup2(&actions, output, 2);
  const int problem = ::posix_spawn(&pid, program.c_str(), &actions, &attributes, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return problem;
}

// Until there is something to read or the time is over, which is false.
bool wait_for(int descriptor, steady_clock::time_point until) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady_clock::now()).count();
    if (left <= 0) return false;
    pollfd one{descriptor, POLLIN, 0};
    const int ready = ::poll(&one, 1, static_cast<int>(std::min<long long>(left, 1'000'000'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

// All of it, though no more than is kept is kept; false when the time is over.
bool read_all(int descriptor, std::string& out, steady_clock::time_point until) {
  std::array<char, 4096> piece;
  for (;;) {
    if (!wait_for(descriptor, until)) return false;
    const ssize_t count = ::read(descriptor, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return true;
    out.append(piece.data(), std::min(static_cast<std::size_t>(count), max_program_output - out.size()));
  }
}

} // namespace

result<program_end> run_program(const std::string& program, const std::vector<std::string>& args,
                                nanoseconds patience, std::uint64_t largest_file) {
  const auto until = steady_clock::now() + patience;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return posix_error(errno, "pipe");
  const unique_fd reading(ends[0]);
  unique_fd writing(ends[1]);
  pid_t pid = 0;
  if (const int problem = spawn(pid, program, args, writing.get()); problem != 0)
    return posix_error(problem, cat("cannot run ", program));
  if (largest_file != any_size) {
    const rlimit size{largest_file, largest_file};
    if (::prlimit(pid, RLIMIT_FSIZE, &size, nullptr) != 0) ::kill(-pid, SIGKILL);
  }
  writing.reset();
  const unique_fd alive(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  program_end out;
  const bool ended = read_all(reading.get(), out.output, until) && alive && wait_for(alive.get(), until);
  if (!ended) ::kill(-pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!ended)
    return error{errc::timed_out, cat(program, " has not ended within ", format_duration(patience)), 0};
  out.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return out;
}

} // namespace reeve::os
