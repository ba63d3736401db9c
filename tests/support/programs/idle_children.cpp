// SPDX-License-Identifier: Apache-2.0
// Holds COUNT idle processes until its standard input ends:
//   idle_children COUNT [NAME]      says "ready COUNT" once all are there
// With NAME they are called NAME-0, NAME-1, ... (15 bytes, prctl(2) PR_SET_NAME), without it all are called
// alike.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 0;
  if (count <= 0) {
    std::fputs("idle_children COUNT [NAME]\n", stderr);
    return 2;
  }
  std::vector<pid_t> children;
  children.reserve(static_cast<std::size_t>(count));
  int status = 0;
  for (int i = 0; i < count && status == 0; ++i) {
    const std::string name = argc > 2 ? argv[2] + ("-" + std::to_string(i)) : std::string();
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (!name.empty()) ::prctl(PR_SET_NAME, name.c_str());
      ::close(0); // the write end's owner must be the only one that keeps the parent waiting
      for (;;)
        ::pause();
    }
    if (pid < 0) {
      std::perror("fork");
      status = 1;
    } else {
      children.push_back(pid);
    }
  }
  if (status == 0) {
    std::printf("ready %zu\n", children.size());
    std::fflush(stdout);
    char ignored[256];
    while (::read(0, ignored, sizeof ignored) > 0) {
    }
  }
  for (const pid_t pid : children)
    ::kill(pid, SIGKILL);
  for (const pid_t pid : children)
    ::waitpid(pid, nullptr, 0);
  return status;
}
