// SPDX-License-Identifier: Apache-2.0
// A port of this machine that is taken, for tests on Linux.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

namespace reeve::test {

// A TCP socket on 127.0.0.1, on a port that nobody has; listens.
class loopback_port {
 public:
  loopback_port() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof at;
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&at), length) == 0 && ::listen(socket_, 8) == 0 &&
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &length) == 0)
      number_ = ntohs(at.sin_port);
  }
  ~loopback_port() { ::close(socket_); }
  loopback_port(const loopback_port&) = delete;
  loopback_port& operator=(const loopback_port&) = delete;

  std::uint16_t number() const noexcept { return number_; } // 0: there is none

 private:
  int socket_;
  std::uint16_t number_ = 0;
};

} // namespace reeve::test
