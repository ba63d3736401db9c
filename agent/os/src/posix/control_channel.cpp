// SPDX-License-Identifier: Apache-2.0
// A request is everything up to the client's shutdown of its writing side; the answer ends with the connection.
#include "reeve/os/control_channel.hpp"

#include "posix/error.hpp"
#include "posix/unique_fd.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/runtime.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace reeve::os {

namespace {

using std::chrono::steady_clock;

constexpr nanoseconds client_patience = std::chrono::seconds(5); // for a client to send and to read, each

std::string socket_path(const std::string& instance) {
  return cat(user_runtime_dir(), "/reeve-", instance, ".sock");
}

result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un out{};
  out.sun_family = AF_UNIX;
  if (path.size() >= sizeof out.sun_path)
    return error{errc::invalid_argument, cat(path, ": too long for a socket's path")};
  std::memcpy(out.sun_path, path.data(), path.size());
  return out;
}

// Until `fd` is ready for `events`; false when time is up or `stop` (may be -1) became readable.
bool wait_for(int fd, short events, int stop, std::optional<steady_clock::time_point> until) {
  for (;;) {
    int timeout_ms = -1;
    if (until) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - steady_clock::now()).count();
      if (left <= 0) return false;
      timeout_ms = static_cast<int>(left);
    }
    pollfd both[2] = {{fd, events, 0}, {stop, POLLIN, 0}};
    const int ready = ::poll(both, stop >= 0 ? 2 : 1, timeout_ms);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0 || (stop >= 0 && both[1].revents)) return false;
    return true;
  }
}

bool send_all(int fd, std::string_view bytes, int stop, steady_clock::time_point until) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0)
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    else if (sent < 0 && errno != EAGAIN && errno != EINTR)
      return false;
    else if (!wait_for(fd, POLLOUT, stop, until))
      return false;
  }
  return true;
}

// Everything until the peer closes its side; nothing when it is too slow or sends too much.
std::optional<std::string> receive_all(int fd, int stop, steady_clock::time_point until) {
  std::string out;
  char piece[4096];
  for (;;) {
    const ssize_t got = ::recv(fd, piece, sizeof piece, MSG_DONTWAIT);
    if (got == 0) return out;
    if (got > 0)
      out.append(piece, static_cast<std::size_t>(got));
    else if (errno != EAGAIN && errno != EINTR)
      return std::nullopt;
    else if (!wait_for(fd, POLLIN, stop, until))
      return std::nullopt;
    if (out.size() > max_control_bytes) return std::nullopt;
  }
}

class unix_server final : public control_server {
 public:
  unix_server(std::string path, unique_fd listener, unique_fd stop, control_handler handler)
      : path_(std::move(path)), listener_(std::move(listener)), stop_(std::move(stop)),
        handler_(std::move(handler)), thread_([this] { serve(); }) {}
  ~unix_server() override {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(stop_.get(), &one, sizeof one);
    thread_.join();
    ::unlink(path_.c_str());
  }
  const std::string& address() const noexcept override { return path_; }

 private:
  void serve() {
    while (wait_for(listener_.get(), POLLIN, stop_.get(), std::nullopt)) {
      const unique_fd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (client.get() < 0) {
        // Out of descriptors, perhaps: the connection waits, so that the next look would be at once.
        (void)wait_for(-1, 0, stop_.get(), steady_clock::now() + std::chrono::milliseconds(100));
        continue;
      }
      const auto request = receive_all(client.get(), stop_.get(), steady_clock::now() + client_patience);
      if (!request) continue;
      std::string answer;
      try {
        answer = handler_(*request);
      } catch (...) { // the contract: an empty answer
      }
      send_all(client.get(), answer, stop_.get(), steady_clock::now() + client_patience);
    }
  }

  std::string path_;
  unique_fd listener_, stop_;
  control_handler handler_;
  std::thread thread_;
};

result<unique_fd> connect_to(const std::string& path) {
  const auto address = address_of(path);
  if (!address) return address.error();
  unique_fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return posix_error(errno, "socket");
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0) return fd;
  const int code = errno;
  if (code == ENOENT || code == ECONNREFUSED)
    return error{errc::not_found,
                 cat("no agent listens on ", path, ": is it running, as this user, with this instance name?"),
                 code};
  return posix_error(code, cat("connect to ", path));
}

} // namespace

result<std::unique_ptr<control_server>> control_server::create(const std::string& instance,
                                                               control_handler handler) {
  const std::string path = socket_path(instance);
  const auto address = address_of(path);
  if (!address) return address.error();
  if (connect_to(path))
    return error{errc::busy, cat("another agent serves instance \"", instance, "\" on ", path)};
  ::unlink(path.c_str()); // nobody listens on it

  unique_fd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (listener.get() < 0) return posix_error(errno, "socket");
  // On Linux the mode of the socket's inode before bind() is what the file gets (unix(7)): no moment of wider access.
  if (::fchmod(listener.get(), 0600) != 0) return posix_error(errno, "fchmod on a socket");
  if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0)
    return posix_error(errno, cat("bind ", path));
  if (::chmod(path.c_str(), 0600) != 0 || ::listen(listener.get(), 8) != 0)
    return posix_error(errno, cat("listen on ", path));
  unique_fd stop(::eventfd(0, EFD_CLOEXEC));
  if (stop.get() < 0) return posix_error(errno, "eventfd");
  try {
    return std::unique_ptr<control_server>(
        std::make_unique<unix_server>(path, std::move(listener), std::move(stop), std::move(handler)));
  } catch (const std::system_error& e) {
    return error{errc::limit, cat("cannot start a thread: ", e.what()), e.code().value()};
  }
}

result<std::string> control_request(const std::string& instance, std::string_view request,
                                    nanoseconds timeout) {
  const std::string path = socket_path(instance);
  const auto until = steady_clock::now() + timeout;
  auto fd = connect_to(path);
  if (!fd) return fd.error();
  if (!send_all(fd->get(), request, -1, until) || ::shutdown(fd->get(), SHUT_WR) != 0)
    return error{errc::timed_out, cat("the agent on ", path, " does not take the request")};
  auto answer = receive_all(fd->get(), -1, until);
  if (!answer) return error{errc::timed_out, cat("the agent on ", path, " does not answer")};
  return *std::move(answer);
}

} // namespace reeve::os
