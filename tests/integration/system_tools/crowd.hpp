// SPDX-License-Identifier: Apache-2.0
// Sockets and processes that a test surrounds itself with.
#pragma once

#include <arpa/inet.h>
#include <csignal>
#include <cstdint>
#include <functional>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace reeve::test {

// Descriptors and children of one test, taken down with it.
class crowd {
 public:
  ~crowd() {
    for (const int fd : descriptors_)
      ::close(fd);
    for (const pid_t pid : children_) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
  }

  // A socket bound to the address, port 0: any. The port it got.
  int open(int family, int type, const char* address, std::uint16_t port = 0, bool v6_only = false) {
    const int fd = ::socket(family, type | SOCK_CLOEXEC, 0);
    if (fd < 0) throw std::runtime_error("socket");
    descriptors_.push_back(fd);
    const int only = v6_only;
    if (family == AF_INET6) ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
    sockaddr_storage where{};
    const socklen_t length = fill(where, family, address, port);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&where), length) != 0) throw std::runtime_error("bind");
    return fd;
  }
  int listen(int family, const char* address, bool v6_only = false) {
    const int fd = open(family, SOCK_STREAM, address, 0, v6_only);
    if (::listen(fd, 16) != 0) throw std::runtime_error("listen");
    return fd;
  }
  int connect(int type, int to) {
    sockaddr_storage where{};
    socklen_t length = sizeof where;
    ::getsockname(to, reinterpret_cast<sockaddr*>(&where), &length);
    const int fd = ::socket(where.ss_family, type | SOCK_CLOEXEC, 0);
    descriptors_.push_back(fd);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&where), length) != 0)
      throw std::runtime_error("connect");
    return fd;
  }
  int accept(int from) {
    const int fd = ::accept4(from, nullptr, nullptr, SOCK_CLOEXEC);
    descriptors_.push_back(fd);
    return fd;
  }
  void keep(int fd) { descriptors_.push_back(fd); }
  // A child that inherits everything that is open now; `body` runs in it first and says whether it is ready, or writes
  // that (y) to `ready` itself. Its pid, or -1.
  pid_t fork_child(const std::function<bool(int ready)>& body) {
    int ready[2];
    if (::pipe(ready) != 0) throw std::runtime_error("pipe");
    const pid_t pid = ::fork();
    if (pid == 0) {
      const char answer = body(ready[1]) ? 'y' : 'n';
      if (::write(ready[1], &answer, 1) == 1)
        for (;;)
          ::pause();
      ::_exit(1);
    }
    ::close(ready[1]);
    char answer = 'n';
    const bool told = ::read(ready[0], &answer, 1) == 1;
    ::close(ready[0]);
    children_.push_back(pid);
    return told && answer == 'y' ? pid : -1;
  }
  static std::uint16_t port_of(int fd) {
    sockaddr_storage where{};
    socklen_t length = sizeof where;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&where), &length);
    return ntohs(where.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(where).sin6_port
                                             : reinterpret_cast<sockaddr_in&>(where).sin_port);
  }

 private:
  static socklen_t fill(sockaddr_storage& where, int family, const char* address, std::uint16_t port) {
    if (family == AF_INET6) {
      auto& in = reinterpret_cast<sockaddr_in6&>(where);
      in.sin6_family = AF_INET6;
      in.sin6_port = htons(port);
      ::inet_pton(AF_INET6, address, &in.sin6_addr);
      return sizeof in;
    }
    auto& in = reinterpret_cast<sockaddr_in&>(where);
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    ::inet_pton(AF_INET, address, &in.sin_addr);
    return sizeof in;
  }
  std::vector<int> descriptors_;
  std::vector<pid_t> children_;
};

} // namespace reeve::test
