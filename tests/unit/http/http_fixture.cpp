// SPDX-License-Identifier: Apache-2.0
#include "http_fixture.hpp"

#include "negotiation.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <zlib.h>

#include <chrono>
#include <future>
#include <optional>
#include <stdexcept>
#include <thread>

namespace reeve::http::testing {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
constexpr auto bound = std::chrono::seconds(30);

} // namespace

server_options quiet_options() {
  server_options options;
  options.listen = {"127.0.0.1:0"};
  options.request_timeout = std::chrono::seconds(60);
  return options;
}

struct test_server::impl {
  asio::io_context loop;
  asio::executor_work_guard<asio::io_context::executor_type> work{loop.get_executor()};
  std::unique_ptr<server> server_;
  endpoint address;
  std::thread thread;

  void run(const std::function<void()>& f) {
    std::promise<void> done;
    asio::post(loop, [&] {
      f();
      done.set_value();
    });
    if (done.get_future().wait_for(bound) != std::future_status::ready)
      std::abort(); // `done` must not go away
  }
};

test_server::test_server(server_options options) : impl_(std::make_unique<impl>()) {
  auto made = server::create(impl_->loop, std::move(options));
  if (!made) throw std::runtime_error(made.error().message);
  impl_->server_ = std::move(*made);
  impl_->address = impl_->server_->addresses().front();
  impl_->thread = std::thread([this] { impl_->loop.run(); });
}

test_server::~test_server() {
  destroy();
  impl_->work.reset();
  // Not stopped: run() returns by itself when nothing of the server is left, which is part of every test.
  impl_->thread.join();
}

void test_server::route(std::string method, std::string path, handler h, route_options options) {
  on_loop([&](server& s) { s.route(std::move(method), std::move(path), std::move(h), std::move(options)); });
}

endpoint test_server::address() const {
  return impl_->address;
}

void test_server::on_loop(const std::function<void(server&)>& work) {
  impl_->run([&] { work(*impl_->server_); });
}

void test_server::destroy() {
  impl_->run([&] { impl_->server_.reset(); });
}

server_counters test_server::counters() {
  server_counters out;
  on_loop([&](server& s) { out = s.counters(); });
  return out;
}

void test_server::wait_for(const std::function<bool(const server_counters&)>& reached) {
  const auto end = std::chrono::steady_clock::now() + bound;
  while (!reached(counters())) {
    if (std::chrono::steady_clock::now() > end) {
      ADD_FAILURE() << "the counters did not get there in time";
      return;
    }
    std::this_thread::yield();
  }
}

std::string client_response::header(std::string_view name) const {
  std::string_view rest = head;
  while (!rest.empty()) {
    const auto end = rest.find("\r\n");
    const auto line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 2);
    const auto colon = line.find(": ");
    if (colon != std::string_view::npos && equal_ignoring_case(line.substr(0, colon), name))
      return std::string(line.substr(colon + 2));
  }
  return {};
}

struct raw_client::impl {
  asio::io_context loop;
  tcp::socket socket{loop};
  std::string pending; // received, not yet asked for

  // One operation, run to its end.
  template <class Start>
  error_code run(Start start) {
    std::optional<error_code> outcome;
    start([&](error_code ec) { outcome = ec; });
    loop.restart();
    loop.run_for(bound);
    if (outcome) return *outcome;
    error_code ignored;
    socket.close(ignored);
    loop.restart();
    loop.run(); // the handler refers to this frame
    throw std::runtime_error("the client waited too long");
  }

  bool more() {
    std::array<char, 64 * 1024> bytes;
    std::size_t got = 0;
    const auto ec = run([&](auto done) {
      socket.async_read_some(asio::buffer(bytes), [&, done](error_code e, std::size_t n) {
        got = n;
        done(e);
      });
    });
    pending.append(bytes.data(), got);
    return !ec;
  }

  std::optional<std::string> line() {
    std::size_t end;
    while ((end = pending.find("\r\n")) == std::string::npos)
      if (!more()) return std::nullopt;
    auto out = pending.substr(0, end);
    pending.erase(0, end + 2);
    return out;
  }

  bool take(std::size_t count, std::string& out) {
    while (pending.size() < count)
      if (!more()) return false;
    out.append(pending, 0, count);
    pending.erase(0, count);
    return true;
  }
};

raw_client::raw_client(const endpoint& to, int receive_buffer_bytes) : impl_(std::make_unique<impl>()) {
  const tcp::endpoint target(asio::ip::make_address(to.host), to.port);
  impl_->socket.open(target.protocol());
  if (receive_buffer_bytes != 0)
    impl_->socket.set_option(asio::socket_base::receive_buffer_size(receive_buffer_bytes));
  const auto ec = impl_->run([&](auto done) { impl_->socket.async_connect(target, done); });
  if (ec) throw boost::system::system_error(ec);
}
raw_client::~raw_client() = default;
raw_client::raw_client(raw_client&&) noexcept = default;

bool raw_client::try_send(std::string_view bytes) {
  return !impl_->run([&](auto done) {
    asio::async_write(impl_->socket, asio::buffer(bytes), [done](error_code ec, std::size_t) { done(ec); });
  });
}

void raw_client::send(std::string_view bytes) {
  if (!try_send(bytes))
    throw std::runtime_error("the server closed the connection while the client was sending");
}

void raw_client::shutdown_send() {
  impl_->socket.shutdown(asio::socket_base::shutdown_send);
}

void raw_client::reset() {
  impl_->socket.set_option(asio::socket_base::linger(true, 0));
  impl_->socket.close();
}

std::string raw_client::read_some(std::size_t at_most) {
  if (impl_->pending.empty()) impl_->more();
  auto out = impl_->pending.substr(0, at_most);
  impl_->pending.erase(0, out.size());
  return out;
}

bool raw_client::at_end() {
  return read_some(1).empty();
}

client_response raw_client::read_response(bool head) {
  client_response r;
  for (;;) {
    const auto line = impl_->line();
    if (!line) return r;
    if (line->empty()) break;
    r.head += *line + "\r\n";
  }
  r.status = static_cast<unsigned>(std::stoul(r.head.substr(9, 3)));
  if (head || r.status == 204 || r.status == 304 || r.status < 200) {
    r.complete = true;
  } else if (equal_ignoring_case(r.header("Transfer-Encoding"), "chunked")) {
    for (;;) {
      const auto size_line = impl_->line();
      if (!size_line) return r;
      const auto size = std::stoul(*size_line, nullptr, 16);
      if (!impl_->take(size, r.body)) return r;
      const auto end = impl_->line();
      if (!end || !end->empty()) return r;
      if (size == 0) break;
    }
    r.complete = true;
  } else if (const auto length = r.header("Content-Length"); !length.empty()) {
    r.complete = impl_->take(std::stoul(length), r.body);
  } else {
    while (impl_->more()) {
    }
    r.body = std::exchange(impl_->pending, {});
    r.complete = true;
  }
  return r;
}

client_response raw_client::get(std::string_view path, std::string_view headers) {
  std::string text = "GET ";
  text += path;
  text += " HTTP/1.1\r\nHost: test\r\n";
  text += headers;
  text += "\r\n";
  send(text);
  return read_response();
}

bool can_connect(const endpoint& to) {
  try {
    raw_client client(to);
    return true;
  } catch (const boost::system::system_error&) {
    return false;
  }
}

std::string gunzip(std::string_view compressed) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) throw std::bad_alloc();
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string out;
  int status = Z_OK;
  while (status == Z_OK) {
    std::array<char, 64 * 1024> piece;
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    status = inflate(&stream, Z_NO_FLUSH);
    out.append(piece.data(), piece.size() - stream.avail_out);
  }
  const bool whole = status == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (!whole) throw std::runtime_error("not one whole gzip member");
  return out;
}

} // namespace reeve::http::testing
