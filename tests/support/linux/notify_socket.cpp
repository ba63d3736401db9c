// SPDX-License-Identifier: Apache-2.0
#include "tests/support/linux/notify_socket.hpp"

#include "tests/support/wait_until.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace reeve::test {

notify_socket::notify_socket(std::string address) : address_(std::move(address)) {
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  if (address_.size() >= sizeof where.sun_path) throw std::runtime_error("too long: " + address_);
  std::memcpy(where.sun_path, address_.data(), address_.size());
  const bool abstract = address_[0] == '@';
  if (abstract) where.sun_path[0] = '\0';
  const auto size = offsetof(sockaddr_un, sun_path) + address_.size() + (abstract ? 0 : 1);
  descriptor_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor_ < 0 ||
      ::bind(descriptor_, reinterpret_cast<const sockaddr*>(&where), static_cast<socklen_t>(size)) != 0)
    throw std::runtime_error("cannot listen on " + address_);
}

notify_socket::~notify_socket() {
  ::close(descriptor_);
  if (address_[0] == '/') ::unlink(address_.c_str());
}

std::vector<std::string> notify_socket::receive() {
  std::array<char, 4096> message;
  for (;;) {
    const ssize_t size = ::recv(descriptor_, message.data(), message.size(), 0);
    if (size < 0) break;
    waiting_.emplace_back(message.data(), static_cast<std::size_t>(size));
  }
  return std::exchange(waiting_, {});
}

std::vector<std::string> notify_socket::receive_until(const std::string& start,
                                                      std::chrono::milliseconds bound) {
  std::vector<std::string> out;
  const bool came = wait_until(
      [&] {
        std::vector<std::string> now = receive();
        for (std::size_t i = 0; i < now.size(); ++i) {
          out.push_back(now[i]);
          if (!now[i].starts_with(start)) continue;
          waiting_.assign(now.begin() + static_cast<std::ptrdiff_t>(i) + 1, now.end());
          return true;
        }
        return false;
      },
      bound);
  return came ? out : std::vector<std::string>{};
}

} // namespace reeve::test
