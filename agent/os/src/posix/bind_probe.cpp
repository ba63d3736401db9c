// SPDX-License-Identifier: Apache-2.0
#include "bind_probe.hpp"

#include "posix/unique_fd.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>

namespace reeve::os {

port_state probe_bind(ip_version version, transport protocol, std::uint16_t port) {
  const bool is_v6 = version == ip_version::v6;
  const int type = protocol == transport::tcp ? SOCK_STREAM : SOCK_DGRAM;
  const unique_fd s(::socket(is_v6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0));
  if (!s) return port_state::free; // this system does not speak that family
  const int on = 1;
  // Not for UDP, where it would let two bind to the same port.
  if (protocol == transport::tcp) ::setsockopt(s.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (is_v6) ::setsockopt(s.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  const int status = is_v6 ? ::bind(s.get(), reinterpret_cast<const sockaddr*>(&v6), sizeof v6)
                           : ::bind(s.get(), reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
  if (status == 0) return port_state::free;
  if (errno == EADDRINUSE) return port_state::taken;
  return errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT ? port_state::free : port_state::unknown;
}

} // namespace reeve::os
