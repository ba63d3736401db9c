// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/port_probe.hpp"

#include "posix/unique_fd.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>

namespace reeve::os {

namespace {

port_state probe(int family, transport protocol, const sockaddr* address, socklen_t length) {
  const int type = protocol == transport::tcp ? SOCK_STREAM : SOCK_DGRAM;
  const unique_fd s(::socket(family, type | SOCK_CLOEXEC, 0));
  if (!s) return port_state::free; // this system does not speak that family
  const int on = 1;
  // Not for UDP, where it would let two bind to the same port.
  if (protocol == transport::tcp) ::setsockopt(s.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == AF_INET6) ::setsockopt(s.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(s.get(), address, length) == 0) return port_state::free;
  if (errno == EADDRINUSE) return port_state::taken;
  return errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT ? port_state::free : port_state::unknown;
}

} // namespace

port_state probe_port(transport protocol, std::uint16_t port) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  const port_state first = probe(AF_INET, protocol, reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
  if (first == port_state::taken) return first;
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  const port_state second = probe(AF_INET6, protocol, reinterpret_cast<const sockaddr*>(&v6), sizeof v6);
  return second == port_state::free ? first : second;
}

} // namespace reeve::os
