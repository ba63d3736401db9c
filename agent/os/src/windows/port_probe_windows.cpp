// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/port_probe.hpp"

// Before the wrapper of windows.h, which leaves the old sockets out.
#include "windows/windows.hpp"

#include <winsock2.h>
#include <ws2tcpip.h>

namespace reeve::os {

namespace {

class sockets {
 public:
  sockets() { is_up_ = WSAStartup(MAKEWORD(2, 2), &data_) == 0; }
  ~sockets() {
    if (is_up_) WSACleanup();
  }
  sockets(const sockets&) = delete;
  bool is_up() const noexcept { return is_up_; }

 private:
  WSADATA data_{};
  bool is_up_ = false;
};

port_state probe(int family, transport protocol, const sockaddr* address, int length) {
  const bool tcp = protocol == transport::tcp;
  const SOCKET s = socket(family, tcp ? SOCK_STREAM : SOCK_DGRAM, tcp ? IPPROTO_TCP : IPPROTO_UDP);
  if (s == INVALID_SOCKET) return port_state::free; // this system does not speak that family
  // Without it a bind beside another's wildcard or specific address may succeed ("Using SO_REUSEADDR and
  // SO_EXCLUSIVEADDRUSE").
  const BOOL on = TRUE;
  setsockopt(s, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, reinterpret_cast<const char*>(&on), sizeof on);
  const DWORD v6_only = 1;
  if (family == AF_INET6)
    setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, reinterpret_cast<const char*>(&v6_only), sizeof v6_only);
  const int code = bind(s, address, length) == 0 ? 0 : WSAGetLastError();
  closesocket(s);
  // WSAEACCES: taken by another with exclusive use, or a range that the system keeps.
  if (code == WSAEADDRINUSE) return port_state::taken;
  return code == WSAEACCES ? port_state::unknown : port_state::free;
}

} // namespace

port_state probe_port(transport protocol, std::uint16_t port) {
  const sockets up;
  if (!up.is_up()) return port_state::unknown;
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
