// SPDX-License-Identifier: Apache-2.0
#include "linux/keeper/order_channel.hpp"

#include "posix/error.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <string>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace reeve::os {

namespace {

constexpr int patience_ms = 1000;

// A message of one byte with one descriptor (unix(7), SCM_RIGHTS).
struct message {
  char byte = 'o';
  iovec part{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr header{};

  message() {
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
  }
};

unique_fd receive() {
  message m;
  if (::recvmsg(order_input, &m.header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) != 1) return unique_fd();
  const cmsghdr* const head = CMSG_FIRSTHDR(&m.header);
  if (!head || head->cmsg_type != SCM_RIGHTS) return unique_fd();
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(head), sizeof fd);
  return unique_fd(fd);
}

} // namespace

result<unique_fd> as_file(std::string_view order) {
  unique_fd out(::memfd_create("reeve-keeper-order", MFD_CLOEXEC));
  if (!out) return posix_error(errno, "memfd_create");
  while (!order.empty()) {
    const ssize_t n = ::write(out.get(), order.data(), order.size());
    if (n < 0) return posix_error(errno, "the keeper's order");
    order.remove_prefix(static_cast<std::size_t>(n));
  }
  ::lseek(out.get(), 0, SEEK_SET);
  return out;
}

bool send_order(int socket, int order) {
  message m;
  cmsghdr* const head = CMSG_FIRSTHDR(&m.header);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof order);
  std::memcpy(CMSG_DATA(head), &order, sizeof order);
  return ::sendmsg(socket, &m.header, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

result<launch_order> first_order() {
  const unique_fd file = receive();
  std::string bytes;
  std::array<char, 16384> part;
  for (ssize_t n = 0; file && (n = ::read(file.get(), part.data(), part.size())) > 0;)
    bytes.append(part.data(), static_cast<std::size_t>(n));
  return order_from_bytes(bytes);
}

result<launch_order> next_order() {
  pollfd p{order_input, POLLIN, 0};
  // From here on the agent's next attempt fails; an order that came before is there still.
  if (::poll(&p, 1, patience_ms) <= 0) ::shutdown(order_input, SHUT_RD);
  return first_order();
}

} // namespace reeve::os
