// SPDX-License-Identifier: Apache-2.0
#include "linux/datagram_socket.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace reeve::eventlog_writer {

namespace {

int connect_to(const sockaddr_un& address, int type) noexcept {
  const int fd = ::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  const int code = errno;
  ::close(fd);
  errno = code;
  return -1;
}

// The queue is full, or the message does not fit: the connection itself is good.
bool is_good_after(int code) noexcept {
  return code == EAGAIN || code == EWOULDBLOCK || code == EMSGSIZE || code == ENOBUFS || code == ENOMEM;
}

} // namespace

bool datagram_socket::fail(int code, bool keep) noexcept {
  error_ = code;
  if (!keep) close();
  return false;
}

void datagram_socket::close() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

bool datagram_socket::open(const std::string& path, bool stream_too) {
  close();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return fail(ENAMETOOLONG, false);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  stream_ = false;
  fd_ = connect_to(address, SOCK_DGRAM);
  if (fd_ < 0 && errno == EPROTOTYPE && stream_too) {
    stream_ = true;
    fd_ = connect_to(address, SOCK_STREAM);
  }
  if (fd_ < 0) return fail(errno, false);
  // As large as the system allows, so that a burst waits in the kernel instead of here.
  const int wanted = 8 * 1024 * 1024;
  (void)::setsockopt(fd_, SOL_SOCKET, SO_SNDBUF, &wanted, sizeof wanted);
  return true;
}

bool datagram_socket::send(std::string_view bytes) {
  std::array<iovec, 2> parts{};
  parts[0] = {const_cast<char*>(bytes.data()), bytes.size()};
  char nul = 0;
  parts[1] = {&nul, 1};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = stream_ ? 2 : 1;
  const std::size_t all = bytes.size() + (stream_ ? 1 : 0);
  for (;;) {
    const ssize_t sent = ::sendmsg(fd_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent == static_cast<ssize_t>(all)) return true;
    // Half a line in a stream would run into the next one.
    if (sent >= 0) return fail(EAGAIN, false);
    if (errno != EINTR) return fail(errno, is_good_after(errno));
  }
}

bool datagram_socket::send_file(std::string_view bytes) {
  const int file = ::memfd_create("reeve-event", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0) return fail(errno, true);
  const auto give_up = [&](int code) {
    ::close(file);
    return fail(code, is_good_after(code));
  };
  for (std::string_view rest = bytes; !rest.empty();) {
    const ssize_t written = ::write(file, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return give_up(written == 0 ? EIO : errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  // The receiver maps it and must be sure that nobody changes it any more.
  if (::fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0)
    return give_up(errno);
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* const head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof file);
  std::memcpy(CMSG_DATA(head), &file, sizeof file);
  while (::sendmsg(fd_, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
    if (errno != EINTR) return give_up(errno);
  ::close(file);
  return true;
}

} // namespace reeve::eventlog_writer
