// SPDX-License-Identifier: Apache-2.0
#include "probe_attempt.hpp"

#include "reeve/base/strings.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace reeve::http {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t most_addresses = 8; // of a name, that are tried

std::string connect_failure(const std::string& peer, const error_code& ec) {
  if (ec == asio::error::connection_refused) return cat(peer, " refuses the connection");
  if (ec == asio::error::host_unreachable || ec == asio::error::network_unreachable)
    return cat("there is no way to ", peer);
  return cat("no connection to ", peer, ": ", ec.message());
}

} // namespace

probe_attempt::probe_attempt(asio::io_context& loop, endpoint to, nanoseconds timeout, done answer)
    : to_(std::move(to)), timeout_(timeout), answer_(std::move(answer)), socket_(loop.get_executor()),
      resolver_(loop.get_executor()), deadline_(loop.get_executor()) {}

void probe_attempt::start() {
  deadline_.expires_after(std::chrono::duration_cast<steady::duration>(timeout_));
  deadline_.async_wait([self = shared_from_this()](error_code stopped) {
    if (!stopped && !self->is_over()) self->on_deadline();
  });
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (!self->is_over()) self->find_addresses();
  });
}

void probe_attempt::abandon() noexcept {
  answer_ = nullptr;
  close();
}

void probe_attempt::finish(bool passed, std::string text) {
  if (is_over()) return;
  const done answer = std::exchange(answer_, nullptr);
  close();
  answer({passed, std::move(text)});
}

void probe_attempt::close() noexcept {
  error_code ignored;
  deadline_.cancel();
  resolver_.cancel();
  socket_.close(ignored);
}

void probe_attempt::find_addresses() {
  error_code ec;
  if (const auto address = asio::ip::make_address(to_.host, ec); !ec) {
    addresses_ = {{address, to_.port}};
    return connect(0);
  }
  // RFC 6761, 6.3: the loopback, whatever a server of names would say.
  if (to_.host == "localhost") {
    addresses_ = {{asio::ip::address_v4::loopback(), to_.port}, {asio::ip::address_v6::loopback(), to_.port}};
    return connect(0);
  }
  resolver_.async_resolve(
      to_.host, std::to_string(to_.port), asio::ip::resolver_base::numeric_service,
      [self = shared_from_this()](error_code failed, const resolver::results_type& found) {
        if (self->is_over()) return;
        if (failed)
          return self->finish(false, cat("the name ", self->to_.host, " has no address: ", failed.message()));
        for (const auto& entry : found)
          if (self->addresses_.size() < most_addresses) self->addresses_.push_back(entry.endpoint());
        self->connect(0);
      });
}

void probe_attempt::connect(std::size_t index) {
  phase_ = phase::connecting;
  if (index == addresses_.size()) return finish(false, connect_failure(peer(), first_failure_));
  error_code ignored;
  socket_.close(ignored); // of the address before
  socket_.async_connect(addresses_[index], [self = shared_from_this(), index](error_code ec) {
    if (self->is_over()) return;
    if (ec) {
      if (!self->first_failure_) self->first_failure_ = ec;
      return self->connect(index + 1);
    }
    self->phase_ = phase::connected;
    self->connected();
  });
}

void probe_attempt::on_deadline() {
  const std::string time = format_duration(timeout_);
  switch (phase_) {
  case phase::looking_up:
    return finish(false, cat("the name ", to_.host, " was not found within ", time));
  case phase::connecting:
    return finish(false, cat("no connection to ", peer(), " within ", time));
  case phase::connected:
    return finish(false, cat(peer(), " ", missing(), " within ", time));
  }
}

} // namespace reeve::http
