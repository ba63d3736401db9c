// SPDX-License-Identifier: Apache-2.0
#include "parse/inet_diag.hpp"

#include "reeve/base/strings.hpp"

#include <cstring>

namespace reeve::os::parse {

namespace {

// linux/netlink.h
struct netlink_header {
  std::uint32_t length; // with this header
  std::uint16_t type;
  std::uint16_t flags;
  std::uint32_t sequence;
  std::uint32_t port;
};
static_assert(sizeof(netlink_header) == 16);
constexpr std::uint16_t netlink_error = 2, netlink_done = 3, sock_diag_by_family = 20;
constexpr std::uint16_t dump_interrupted = 0x10;

// linux/inet_diag.h; ports and addresses are in network order.
struct diag_message {
  std::uint8_t family, state, timer, retransmits;
  std::uint8_t local_port[2], remote_port[2];
  std::uint8_t local[16], remote[16];
  std::uint32_t interface_index;
  std::uint32_t cookie[2];
  std::uint32_t expires, receive_queue, send_queue, uid, inode;
};
static_assert(sizeof(diag_message) == 72);
constexpr std::uint8_t family_inet = 2, family_inet6 = 10; // Linux's AF_INET and AF_INET6
constexpr std::uint16_t attribute_v6_only = 11;            // INET_DIAG_SKV6ONLY, since Linux 4.2

struct attribute_header { // linux/rtnetlink.h
  std::uint16_t length;   // with this header
  std::uint16_t type;
};

constexpr std::size_t aligned(std::size_t length) noexcept {
  return (length + 3) & ~std::size_t{3};
}

template <class T>
T read_at(std::span<const std::byte> bytes, std::size_t offset) noexcept {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

error malformed(std::string_view what) {
  return {errc::failed, cat("the kernel's list of sockets is malformed: ", what)};
}

// The kernel's numbers, from include/net/tcp_states.h.
socket_state state_of(std::uint8_t number, transport protocol) noexcept {
  static constexpr socket_state states[] = {
      socket_state::other,      socket_state::established, socket_state::syn_sent,  socket_state::syn_recv,
      socket_state::fin_wait1,  socket_state::fin_wait2,   socket_state::time_wait, socket_state::close,
      socket_state::close_wait, socket_state::last_ack,    socket_state::listen,    socket_state::closing,
      socket_state::syn_recv, // TCP_NEW_SYN_RECV
  };
  const socket_state state = number < std::size(states) ? states[number] : socket_state::other;
  // A UDP socket without a peer is in the kernel's state "close".
  return protocol == transport::udp && state == socket_state::close ? socket_state::listen : state;
}

std::uint16_t port_of(const std::uint8_t (&bytes)[2]) noexcept {
  return static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
}

socket_row row_of(const diag_message& m, transport protocol) noexcept {
  socket_row row;
  row.protocol = protocol;
  row.v6 = m.family == family_inet6;
  row.state = state_of(m.state, protocol);
  row.local_port = port_of(m.local_port);
  row.remote_port = port_of(m.remote_port);
  const std::size_t length = row.v6 ? 16 : 4; // what follows an IPv4 address is not said to be 0
  std::memcpy(row.local.data(), m.local, length);
  std::memcpy(row.remote.data(), m.remote, length);
  row.interface_index = m.interface_index;
  row.uid = m.uid;
  row.receive_queue = m.receive_queue;
  row.send_queue = m.send_queue;
  row.inode = m.inode;
  return row;
}

void read_attributes(std::span<const std::byte> attributes, socket_row& row) noexcept {
  while (attributes.size() >= sizeof(attribute_header)) {
    const auto header = read_at<attribute_header>(attributes, 0);
    if (header.length < sizeof header || header.length > attributes.size()) return;
    if (header.type == attribute_v6_only && header.length > sizeof header)
      row.flags = attributes[sizeof header] != std::byte{0} ? socket_row::v6_only : socket_row::dual_stack;
    attributes = attributes.subspan(std::min(aligned(header.length), attributes.size()));
  }
}

} // namespace

result<inet_diag_piece> parse_inet_diag(std::span<const std::byte> datagram, transport protocol,
                                        std::vector<socket_row>& rows) {
  inet_diag_piece piece;
  while (!datagram.empty()) {
    if (datagram.size() < sizeof(netlink_header)) return malformed("a cut message header");
    const auto header = read_at<netlink_header>(datagram, 0);
    if (header.length < sizeof header || header.length > datagram.size()) return malformed("a cut message");
    const auto body = datagram.subspan(sizeof header, header.length - sizeof header);
    piece.interrupted = piece.interrupted || (header.flags & dump_interrupted) != 0;
    switch (header.type) {
    case netlink_done:
      piece.done = true;
      return piece;
    case netlink_error: {
      if (body.size() < sizeof(std::int32_t)) return malformed("a cut error message");
      const int code = -read_at<std::int32_t>(body, 0);
      return error{errc::failed, cat("the kernel refused to list sockets (error ", code, ")"), code};
    }
    case sock_diag_by_family: {
      if (body.size() < sizeof(diag_message)) return malformed("a cut socket");
      const auto message = read_at<diag_message>(body, 0);
      if (message.family != family_inet && message.family != family_inet6) break;
      socket_row row = row_of(message, protocol);
      if (row.v6) read_attributes(body.subspan(sizeof message), row);
      rows.push_back(row);
      break;
    }
    default:
      break; // NLMSG_NOOP and what later kernels add
    }
    datagram = datagram.subspan(std::min(aligned(header.length), datagram.size()));
  }
  return piece;
}

} // namespace reeve::os::parse
