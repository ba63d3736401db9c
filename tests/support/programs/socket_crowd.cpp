// SPDX-License-Identifier: Apache-2.0
// Holds LISTENERS listening TCP sockets and PAIRS connections on loopback, both ends, in as many processes as the limit
// of open files asks for, until its standard input ends:
//   socket_crowd PAIRS LISTENERS     says "ready PORT" once all are there, PORT being one of the listeners'
#include <algorithm>
#include <arpa/inet.h>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

sockaddr_in listen_on_loopback(int& fd) {
  fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) fail("socket");
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof where;
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&where), length) != 0) fail("bind");
  if (::listen(fd, 128) != 0) fail("listen");
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&where), &length) != 0) fail("getsockname");
  return where;
}

// One process's part. Writes the port of its first listener to `ready` once all is there.
[[noreturn]] void hold(int pairs, int listeners, int ready) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::close(0); // the write end's owner must be the only one that keeps the parent waiting
  std::vector<int> fds(static_cast<std::size_t>(listeners));
  std::vector<sockaddr_in> where;
  for (int& fd : fds)
    where.push_back(listen_on_loopback(fd));
  for (int i = 0; i < pairs; ++i) {
    const auto to = static_cast<std::size_t>(i % listeners);
    const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (client < 0) fail("socket");
    if (::connect(client, reinterpret_cast<const sockaddr*>(&where[to]), sizeof where[to]) != 0)
      fail("connect");
    if (::accept4(fds[to], nullptr, nullptr, SOCK_CLOEXEC) < 0) fail("accept");
  }
  const std::uint16_t port = ntohs(where.front().sin_port);
  if (::write(ready, &port, sizeof port) != sizeof port) fail("write");
  for (;;)
    ::pause();
}

} // namespace

int main(int argc, char** argv) {
  const int pairs = argc > 2 ? std::atoi(argv[1]) : -1, listeners = argc > 2 ? std::atoi(argv[2]) : 0;
  if (pairs < 0 || listeners < 1) {
    std::fputs("socket_crowd PAIRS LISTENERS\n", stderr);
    return 2;
  }
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  constexpr int spare = 64; // descriptors for everything else
  const int most = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 1 << 20)) - spare;
  const int holders = (2 * pairs + listeners + most - 1) / most;
  if (most < 2 || listeners < holders) {
    std::fputs("socket_crowd: the limit of open files is too low\n", stderr);
    return 1;
  }
  int ready[2];
  if (::pipe(ready) != 0) fail("pipe");
  std::vector<pid_t> children;
  for (int i = 0; i < holders; ++i) {
    const auto share = [&](int all) { return all / holders + (i < all % holders ? 1 : 0); };
    const pid_t pid = ::fork();
    if (pid == 0) hold(share(pairs), share(listeners), ready[1]);
    if (pid < 0) fail("fork");
    children.push_back(pid);
  }
  ::close(ready[1]);
  std::uint16_t port = 0;
  int told = 0;
  while (told < holders && ::read(ready[0], &port, sizeof port) == sizeof port)
    ++told;
  if (told == holders) {
    std::printf("ready %u\n", port);
    std::fflush(stdout);
    char ignored[256];
    while (::read(0, ignored, sizeof ignored) > 0) {
    }
  }
  for (const pid_t pid : children)
    ::kill(pid, SIGKILL);
  for (const pid_t pid : children)
    ::waitpid(pid, nullptr, 0);
  return told == holders ? 0 : 1;
}
