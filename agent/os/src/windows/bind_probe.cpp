// SPDX-License-Identifier: Apache-2.0
#include "bind_probe.hpp"

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

} // namespace

port_state probe_bind(ip_version version, transport protocol, std::uint16_t port) {
  const sockets up;
  if (!up.is_up()) return port_state::unknown;
  const bool is_v6 = version == ip_version::v6, is_tcp = protocol == transport::tcp;
  const SOCKET s = socket(is_v6 ? AF_INET6 : AF_INET, is_tcp ? SOCK_STREAM : SOCK_DGRAM,
                          is_tcp ? IPPROTO_TCP : IPPROTO_UDP);
  if (s == INVALID_SOCKET) return port_state::free; // this system does not speak that family
  // Without it a bind beside another's wildcard or specific address may succeed ("Using SO_REUSEADDR and
  // SO_EXCLUSIVEADDRUSE").
  const BOOL on = TRUE;
  setsockopt(s, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, reinterpret_cast<const char*>(&on), sizeof on);
  const DWORD v6_only = 1;
  if (is_v6)
    setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, reinterpret_cast<const char*>(&v6_only), sizeof v6_only);
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  const int status = is_v6 ? bind(s, reinterpret_cast<const sockaddr*>(&v6), sizeof v6)
                           : bind(s, reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
  const int code = status == 0 ? 0 : WSAGetLastError();
  closesocket(s);
  // WSAEACCES: taken by another with exclusive use, or a range that the system keeps.
  if (code == WSAEADDRINUSE) return port_state::taken;
  return code == WSAEACCES ? port_state::unknown : port_state::free;
}

} // namespace reeve::os
