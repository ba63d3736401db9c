// SPDX-License-Identifier: Apache-2.0
// sd_notify(3): one datagram of lines NAME=VALUE to the socket that the manager names.
#include "reeve/os/service_host.hpp"

#include "parse/fields.hpp"
#include "posix/unique_fd.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <optional>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace reeve::os {

namespace {

// A manager that takes nothing must not hold up the event loop for long.
constexpr timeval send_patience{0, 200'000};

struct address {
  sockaddr_un where{};
  socklen_t size = 0;
};

// An absolute path, or a name in the abstract namespace, written with @ instead of the byte 0 (unix(7)).
std::optional<address> address_of(std::string_view name) {
  address out;
  if (name.size() < 2 || name.size() >= sizeof out.where.sun_path || (name[0] != '/' && name[0] != '@'))
    return std::nullopt;
  out.where.sun_family = AF_UNIX;
  std::memcpy(out.where.sun_path, name.data(), name.size());
  if (name[0] == '@') out.where.sun_path[0] = '\0';
  out.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + (name[0] == '/' ? 1 : 0));
  return out;
}

std::string taken_from_environment(const char* variable) {
  const char* value = std::getenv(variable);
  std::string out = value ? value : "";
  ::unsetenv(variable);
  return out;
}

std::uint64_t microseconds(nanoseconds n) {
  return static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::microseconds>(n).count());
}

std::uint64_t monotonic_microseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

class systemd_host final : public service_host {
 public:
  systemd_host(unique_fd socket, address manager, nanoseconds ping_interval)
      : socket_(std::move(socket)), manager_(manager), ping_interval_(ping_interval) {}

  nanoseconds ping_interval() const noexcept override { return ping_interval_; }
  void ready() override { send(cat("READY=1\nMAINPID=", ::getpid())); }
  void reloading() override { send(cat("RELOADING=1\nMONOTONIC_USEC=", monotonic_microseconds())); }
  void ping() override { send("WATCHDOG=1"); }
  void status(std::string_view line) override {
    std::string text(line);
    std::replace(text.begin(), text.end(), '\n', ' ');
    send(cat("STATUS=", text));
  }
  void stopping(nanoseconds more) override {
    send(cat("STOPPING=1\nEXTEND_TIMEOUT_USEC=", microseconds(more)));
  }

 private:
  void send(const std::string& text) const {
    (void)::sendto(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL,
                   reinterpret_cast<const sockaddr*>(&manager_.where), manager_.size);
  }

  unique_fd socket_;
  address manager_;
  nanoseconds ping_interval_;
};

// sd_watchdog_enabled(3): the variables may be another process's that this one inherited them from.
nanoseconds asked_interval(const std::string& usec, const std::string& pid) {
  std::uint64_t timeout_us = 0, whose = 0;
  constexpr std::uint64_t most_us = 24ull * 3600 * 1'000'000;
  if (!parse::to_number(usec, timeout_us) || timeout_us == 0) return {};
  if (!pid.empty() && (!parse::to_number(pid, whose) || whose != static_cast<std::uint64_t>(::getpid())))
    return {};
  return std::chrono::microseconds(std::min(timeout_us, most_us)) / 2;
}

} // namespace

std::unique_ptr<service_host> service_host::create() {
  const std::string name = taken_from_environment("NOTIFY_SOCKET");
  const std::string usec = taken_from_environment("WATCHDOG_USEC");
  const std::string pid = taken_from_environment("WATCHDOG_PID");
  const auto manager = address_of(name);
  unique_fd socket(manager ? ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1);
  if (!socket) return std::make_unique<service_host>();
  (void)::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &send_patience, sizeof send_patience);
  return std::make_unique<systemd_host>(std::move(socket), *manager, asked_interval(usec, pid));
}

result<int> run_as_service(const std::string&, const std::function<int()>&) {
  return error{errc::unsupported, "systemd starts a service as any other program: leave out --service", 0};
}

} // namespace reeve::os
