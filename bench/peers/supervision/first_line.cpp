// SPDX-License-Identifier: Apache-2.0
// A managed program. Its first act is a line into a FIFO: its name, its pid, the monotonic clock in ns, "begins".
//   first_line FIFO NAME [CHILDREN [END_AFTER_MS [PIDFILE]]]
// At SIGTERM it asks its children to end, each takes END_AFTER_MS for it, and so does it itself; its last act is the same
// line with "ends".
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

void write_line(const char* fifo, const char* name, const char* what) {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  char line[256]; // shorter than PIPE_BUF: it arrives whole
  const int size = std::snprintf(line, sizeof line, "%s %d %lld %s\n", name, static_cast<int>(::getpid()),
                                 now.tv_sec * 1'000'000'000LL + now.tv_nsec, what);
  const int out = ::open(fifo, O_WRONLY | O_CLOEXEC);
  (void)!::write(out, line, static_cast<std::size_t>(size));
  ::close(out);
}

void wait_for_end(int after_ms) {
  sigset_t term;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  int number = 0;
  ::sigwait(&term, &number);
  ::usleep(static_cast<useconds_t>(after_ms) * 1000);
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  write_line(argv[1], argv[2], "begins");
  const int children = argc > 3 ? std::atoi(argv[3]) : 0, after_ms = argc > 4 ? std::atoi(argv[4]) : 0;
  if (argc > 5) {
    std::FILE* const file = std::fopen(argv[5], "w");
    if (!file) return 1;
    std::fprintf(file, "%d\n", static_cast<int>(::getpid()));
    std::fclose(file);
  }
  sigset_t term;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &term, nullptr);
  pid_t pids[64]{};
  for (int i = 0; i < children && i < 64; ++i) {
    pids[i] = ::fork();
    if (pids[i] == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      wait_for_end(after_ms);
      ::_exit(0);
    }
  }
  int number = 0;
  ::sigwait(&term, &number);
  for (const pid_t pid : pids)
    if (pid > 0) ::kill(pid, SIGTERM);
  ::usleep(static_cast<useconds_t>(after_ms) * 1000);
  while (::wait(nullptr) > 0) {
  }
  write_line(argv[1], argv[2], "ends");
}
