// SPDX-License-Identifier: Apache-2.0
#include "linux/test_socket.hpp"

#include <array>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

namespace reeve::eventlog_writer {

test_socket::test_socket(std::string path, kind k) : path_(std::move(path)), stream_(k == kind::stream) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.size() >= sizeof address.sun_path) throw std::runtime_error("the path is too long");
  std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
  fd_ = ::socket(AF_UNIX, (stream_ ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd_ < 0 || ::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      (stream_ && ::listen(fd_, 1) != 0))
    throw std::runtime_error("cannot listen on " + path_);
}

test_socket::~test_socket() {
  ::close(fd_);
  if (accepted_ >= 0) ::close(accepted_);
  ::unlink(path_.c_str());
}

std::optional<test_socket::message> test_socket::receive() {
  if (stream_ && accepted_ < 0) accepted_ = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  std::vector<char> buffer(1 << 20);
  iovec part{buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr head{};
  head.msg_iov = &part;
  head.msg_iovlen = 1;
  head.msg_control = control.data();
  head.msg_controllen = control.size();
  const ssize_t got = ::recvmsg(stream_ ? accepted_ : fd_, &head, MSG_CMSG_CLOEXEC);
  if (got < 0) return std::nullopt;
  message out{std::string(buffer.data(), static_cast<std::size_t>(got))};
  const cmsghdr* extra = CMSG_FIRSTHDR(&head);
  if (!extra || extra->cmsg_type != SCM_RIGHTS) return out;
  int file = -1;
  std::memcpy(&file, CMSG_DATA(extra), sizeof file);
  out.was_file = got == 0;
  out.seals = ::fcntl(file, F_GET_SEALS);
  struct stat about {};
  ::fstat(file, &about);
  out.bytes.assign(static_cast<std::size_t>(about.st_size), '\0');
  if (::pread(file, out.bytes.data(), out.bytes.size(), 0) != about.st_size) out.bytes.clear();
  ::close(file);
  return out;
}

} // namespace reeve::eventlog_writer
