// SPDX-License-Identifier: Apache-2.0
#include "linux/socket_diag.hpp"

#include "parse/inet_diag.hpp"
#include "posix/error.hpp"
#include "reeve/base/strings.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace reeve::os {

namespace {

constexpr int attempts = 3; // at a dump that the kernel calls interrupted

// Kernel states as a mask. UDP's "listening" is the state close.
std::uint32_t states_of(transport protocol, const socket_request& wanted) noexcept {
  const std::uint32_t listening = protocol == transport::tcp ? 1u << TCP_LISTEN : 1u << TCP_CLOSE;
  constexpr std::uint32_t all = 0xfff;
  std::uint32_t states = 0;
  if (wanted.listening) states |= listening;
  if (wanted.connections) states |= all & ~listening;
  return states;
}

// linux/inet_diag.h, "bytecode": a socket passes when both conditions hold. `yes` and `no` are byte offsets to the next
// instruction; one that points 4 past the end rejects. A port condition is followed by one more word, whose `no` is the
// port.
struct port_filter {
  inet_diag_bc_op at_least, least, at_most, most;
  explicit port_filter(std::uint16_t port) noexcept
      : at_least{INET_DIAG_BC_S_GE, 2 * sizeof(inet_diag_bc_op), 5 * sizeof(inet_diag_bc_op)}, least{0, 0,
                                                                                                     port},
        at_most{INET_DIAG_BC_S_LE, 2 * sizeof(inet_diag_bc_op), 3 * sizeof(inet_diag_bc_op)}, most{0, 0,
                                                                                                   port} {}
};

error refused(const error& e, transport protocol) {
  if (e.os_code == ENOENT)
    return {errc::unsupported,
            cat("the kernel lacks the module ", name_of(protocol), "_diag, which lists its ",
                name_of(protocol), " sockets; load it with: modprobe ", name_of(protocol), "_diag"),
            e.os_code};
  return e.os_code != 0 ? posix_error(e.os_code, "the kernel refused to list its sockets") : e;
}

} // namespace

result<socket_diag> socket_diag::open() {
  socket_diag out;
  out.socket_.reset(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!out.socket_) return posix_error(errno, "cannot open a netlink socket to list sockets");
  out.buffer_ = std::make_unique<std::byte[]>(buffer_size);
  return out;
}

result<> socket_diag::send(int family, transport protocol, std::uint32_t states, const std::uint16_t* port) {
  inet_diag_req_v2 request{};
  request.sdiag_family = static_cast<std::uint8_t>(family);
  request.sdiag_protocol = static_cast<std::uint8_t>(protocol);
  request.idiag_states = states;
  const port_filter filter(port ? *port : 0);
  rtattr attribute{};
  attribute.rta_type = INET_DIAG_REQ_BYTECODE;
  attribute.rta_len = RTA_LENGTH(sizeof filter);

  nlmsghdr header{};
  header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  header.nlmsg_seq = ++sequence_;
  std::array<iovec, 4> pieces{{{&header, sizeof header},
                               {&request, sizeof request},
                               {&attribute, sizeof attribute},
                               {const_cast<port_filter*>(&filter), sizeof filter}}};
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = port ? 4 : 2;
  for (std::size_t i = 0; i < message.msg_iovlen; ++i)
    header.nlmsg_len += static_cast<std::uint32_t>(pieces[i].iov_len);
  if (::sendmsg(socket_.get(), &message, 0) < 0)
    return posix_error(errno, "cannot ask the kernel for its sockets");
  return {};
}

result<> socket_diag::dump_one(int family, transport protocol, std::uint32_t states,
                               const std::uint16_t* port, std::vector<socket_row>& rows) {
  const std::size_t before = rows.size();
  for (int attempt = 1;; ++attempt) {
    rows.resize(before);
    if (auto sent = send(family, protocol, states, port); !sent) return sent;
    bool interrupted = false, done = false;
    while (!done) {
      const ssize_t got = ::recv(socket_.get(), buffer_.get(), buffer_size, 0);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return posix_error(errno, "cannot read the kernel's list of sockets");
      auto piece = parse::parse_inet_diag({buffer_.get(), static_cast<std::size_t>(got)}, protocol, rows);
      if (!piece) return refused(piece.error(), protocol);
      done = piece->done;
      interrupted = interrupted || piece->interrupted;
    }
    if (!interrupted || attempt == attempts) return {};
  }
}

result<> socket_diag::dump(const socket_request& wanted, std::vector<socket_row>& rows) {
  for (const transport protocol : {transport::tcp, transport::udp}) {
    const std::uint32_t states = states_of(protocol, wanted);
    if (states == 0) continue;
    for (const int family : {AF_INET, AF_INET6}) {
      if (wanted.ports.empty()) {
        if (auto done = dump_one(family, protocol, states, nullptr, rows); !done) return done;
      }
      for (const std::uint16_t& port : wanted.ports)
        if (auto done = dump_one(family, protocol, states, &port, rows); !done) return done;
    }
  }
  return {};
}

} // namespace reeve::os
