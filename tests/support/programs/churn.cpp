// SPDX-License-Identifier: Apache-2.0
// Starts short processes at a steady rate and says at the end how many there really were:
//   churn PER_SECOND SECONDS LIFETIME_MS NAME      last line: "started N"
// They carry NAME (at most 15 bytes, prctl(2) PR_SET_NAME), and so does this process itself.
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

timespec to_timespec(std::chrono::nanoseconds t) {
  return {static_cast<time_t>(t.count() / 1'000'000'000), static_cast<long>(t.count() % 1'000'000'000)};
}

std::chrono::nanoseconds now() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

} // namespace

int main(int argc, char** argv) {
  const long per_second = argc == 5 ? std::atol(argv[1]) : 0;
  if (per_second <= 0) {
    std::fputs("churn PER_SECOND SECONDS LIFETIME_MS NAME\n", stderr);
    return 2;
  }
  const long total = per_second * std::atol(argv[2]);
  const timespec lifetime = to_timespec(std::chrono::milliseconds(std::atol(argv[3])));
  ::prctl(PR_SET_NAME, argv[4]); // before the forks, so that no child is ever seen under another name
  ::signal(SIGCHLD, SIG_IGN);    // the kernel reaps them (waitpid(2), NOTES)

  long started = 0, failed = 0;
  const auto begin = now();
  for (long i = 0; i < total; ++i) {
    const timespec due = to_timespec(begin + std::chrono::nanoseconds(1'000'000'000LL * i / per_second));
    while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, nullptr) == EINTR) {
    }
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::nanosleep(&lifetime, nullptr);
      ::_exit(0);
    }
    ++(pid > 0 ? started : failed);
  }
  while (::waitpid(-1, nullptr, 0) >= 0 || errno == EINTR) {
  }
  std::printf("failed %ld\nstarted %ld\n", failed, started);
  std::fflush(stdout);
  // Not exit(): a leak check there would clone this process once more, and that start would be counted too.
  ::_exit(failed ? 1 : 0);
}
