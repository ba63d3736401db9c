// SPDX-License-Identifier: Apache-2.0
#include "connection.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/socket_options.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>

#include <charconv>
#include <chrono>

namespace reeve::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using acceptor = asio::basic_socket_acceptor<tcp, loop_executor>;
using steady = std::chrono::steady_clock;
using loop_timer = asio::basic_waitable_timer<steady, asio::wait_traits<steady>, loop_executor>;

// Out of descriptors, accepting fails again at once: without a pause that is a busy loop.
constexpr auto accept_retry_pause = std::chrono::milliseconds(100);

struct listen_entry {
  std::string host;
  std::uint16_t port = 0;
};

result<listen_entry> parse_listen(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return error{errc::invalid_argument,
                 cat("[http] listen \"", text, "\": ", why,
                     "; write ADDRESS:PORT, for example 127.0.0.1:9847 or [::1]:9847")};
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad("the port is missing");
  auto host = text.substr(0, colon);
  const auto digits = text.substr(colon + 1);
  unsigned port = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (digits.empty() || parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size() ||
      port > 65535)
    return bad("the port is no number from 0 to 65535");
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    return bad("an IPv6 address needs brackets");
  if (host.empty()) return bad("the address is missing");
  return listen_entry{std::string(host), static_cast<std::uint16_t>(port)};
}

bool no_such_address(const error_code& ec) {
  // Three ways of having no IPv6: no protocol, no sockets for it, or an interface without its address.
  return ec == asio::error::address_family_not_supported || ec == asio::error::no_protocol_option ||
         ec == boost::system::errc::address_not_available;
}

error listen_error(std::string_view entry, const tcp::endpoint& where, const error_code& ec) {
  const auto address = where.address().to_string();
  const auto begin = cat("[http] listen \"", entry, "\": ");
  if (ec == asio::error::address_in_use)
    return {errc::busy,
            cat(begin, "port ", where.port(), " is in use on ", address,
                ": choose another [http] listen or find the holder and stop it"),
            ec.value()};
  if (ec == asio::error::access_denied)
    return {errc::access_denied,
            cat(begin, "this account may not listen on port ", where.port(), " of ", address,
                ": ports below 1024 can need a privilege, and a port can be reserved by the system or held "
                "by another "
                "program for itself alone; choose another [http] listen"),
            ec.value()};
  if (no_such_address(ec))
    return {errc::not_found,
            cat(begin, "this machine has no address ", address,
                ": take it out of [http] listen or write one that it has"),
            ec.value()};
  return {errc::failed, cat(begin, "cannot listen on ", address, " port ", where.port(), ": ", ec.message()),
          ec.value()};
}

// Accepts for ever on one address. Lives as long as an operation is pending on it.
class listener : public std::enable_shared_from_this<listener> {
 public:
  listener(asio::io_context& loop, std::shared_ptr<shared_state> state)
      : state_(std::move(state)), acceptor_(loop.get_executor()), pause_(loop.get_executor()) {}

  error_code open(const tcp::endpoint& where) {
    error_code ec;
    acceptor_.open(where.protocol(), ec);
    if (ec) return ec;
    if (where.address().is_v6()) acceptor_.set_option(asio::ip::v6_only(true), ec);
    if (ec) return ec;
    if (const auto claimed = os::claim_listen_address(static_cast<std::uintptr_t>(acceptor_.native_handle()));
        !claimed)
      return {claimed.error().os_code, boost::system::system_category()};
    acceptor_.bind(where, ec);
    if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    return ec;
  }

  endpoint address() const {
    error_code ec;
    const auto bound = acceptor_.local_endpoint(ec);
    return {bound.address().to_string(), bound.port()};
  }

  void accept() {
    acceptor_.async_accept([self = shared_from_this()](error_code ec, tcp_socket socket) {
      if (!self->acceptor_.is_open()) return;
      if (!ec) {
        serve(self->state_, std::move(socket));
        return self->accept();
      }
      ++self->state_->accept_failures;
      self->pause_.expires_after(accept_retry_pause);
      self->pause_.async_wait([self](error_code stopped) {
        if (!stopped && self->acceptor_.is_open()) self->accept();
      });
    });
  }

  void close() {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  }

 private:
  std::shared_ptr<shared_state> state_;
  acceptor acceptor_;
  loop_timer pause_;
};

void abort_all(const shared_state& state) {
  for (auto* c : std::vector(state.open.begin(), state.open.end())) // each takes itself out of the set
    c->abort();
}

class asio_server final : public server {
 public:
  asio_server(asio::io_context& loop, server_options options)
      : loop_(loop), state_(std::make_shared<shared_state>()), grace_(loop.get_executor()) {
    state_->options = std::move(options);
  }

  ~asio_server() override {
    state_->stopping = true;
    state_->on_empty = nullptr;
    for (const auto& l : listeners_)
      l->close();
    abort_all(*state_);
    state_->routes.clear(); // handlers may refer to what dies together with this server
  }

  result<> bind() {
    for (const auto& entry : state_->options.listen) {
      const auto parsed = parse_listen(entry);
      if (!parsed) return parsed.error();
      if (auto bound = bind_entry(entry, *parsed); !bound) return bound;
    }
    if (listeners_.empty()) {
      if (!first_skip_.message.empty()) return first_skip_;
      return error{errc::invalid_argument, "[http] listen is empty: write at least one ADDRESS:PORT"};
    }
    for (const auto& l : listeners_)
      l->accept();
    return {};
  }

  using server::route;
  void route(std::string method, std::string path, handler h, route_options options) override {
    state_->routes.add(std::move(method), std::move(path), std::move(h), std::move(options));
  }

  void unroute(std::string_view method, std::string_view path) override {
    state_->routes.remove(method, path);
  }

  std::vector<endpoint> addresses() const override {
    std::vector<endpoint> out;
    for (const auto& l : listeners_)
      out.push_back(l->address());
    return out;
  }

  std::vector<std::string> skipped() const override { return skipped_; }

  void stop(nanoseconds grace, std::function<void()> done) override {
    for (const auto& l : listeners_)
      l->close();
    if (done) done_ = std::move(done);
    const bool again = state_->stopping;
    state_->stopping = true;
    state_->on_empty = [this] { report_stopped(); };
    for (auto* c : std::vector(state_->open.begin(), state_->open.end()))
      c->close_if_idle();
    if (state_->open.empty()) return report_stopped();

    const auto deadline = steady::now() + std::chrono::duration_cast<steady::duration>(grace);
    if (again && grace_.expiry() <= deadline) return;
    grace_.expires_at(deadline);
    grace_.async_wait([state = state_](error_code ec) {
      if (!ec) abort_all(*state);
    });
  }

  server_counters counters() const noexcept override {
    server_counters out;
    out.connections_total = state_->connections_total;
    out.connections_current = state_->connections_current;
    out.connections_refused = state_->connections_refused;
    out.accept_failures = state_->accept_failures;
    for (std::size_t i = 0; i < out.responses.size(); ++i)
      out.responses[i] = state_->responses[i];
    out.responses_cut = state_->responses_cut;
    out.bytes_sent = state_->bytes_sent;
    return out;
  }

 private:
  result<> bind_entry(std::string_view entry, const listen_entry& parsed) {
    std::vector<tcp::endpoint> wanted;
    error_code ec;
    const auto address = asio::ip::make_address(parsed.host, ec);
    if (!ec) {
      wanted.emplace_back(address, parsed.port);
    } else {
      asio::ip::basic_resolver<tcp, loop_executor> resolver(loop_.get_executor());
      for (const auto& found :
           resolver.resolve(parsed.host, std::to_string(parsed.port), asio::ip::resolver_base::passive, ec))
        wanted.push_back(found.endpoint());
      if (ec)
        return error{errc::not_found,
                     cat("[http] listen \"", entry, "\": the name ", parsed.host,
                         " has no address here: ", ec.message()),
                     ec.value()};
    }
    for (const auto& where : wanted) {
      auto l = std::make_shared<listener>(loop_, state_);
      ec = l->open(where);
      if (!ec) {
        listeners_.push_back(std::move(l));
        continue;
      }
      auto failure = listen_error(entry, where, ec);
      // Nobody on this machine can connect to ::1 either when there is none, so that nothing is lost without
      // it.
      if (!(no_such_address(ec) && where.address().is_v6() && where.address().is_loopback())) return failure;
      if (skipped_.empty()) first_skip_ = failure;
      skipped_.push_back(std::move(failure.message));
    }
    return {};
  }

  // Posted, so that whoever waits for it may destroy the server in it.
  void report_stopped() {
    grace_.cancel();
    if (done_) asio::post(loop_, std::exchange(done_, nullptr));
  }

  asio::io_context& loop_;
  std::shared_ptr<shared_state> state_;
  std::vector<std::shared_ptr<listener>> listeners_;
  std::vector<std::string> skipped_;
  error first_skip_;
  loop_timer grace_;
  std::function<void()> done_;
};

} // namespace

std::string to_string(const endpoint& e) {
  return e.host.find(':') == std::string::npos ? cat(e.host, ":", e.port) : cat("[", e.host, "]:", e.port);
}

result<std::unique_ptr<server>> server::create(asio::io_context& loop, server_options options) {
  auto made = std::make_unique<asio_server>(loop, std::move(options));
  if (auto bound = made->bind(); !bound) return bound.error();
  return std::unique_ptr<server>(std::move(made));
}

} // namespace reeve::http
