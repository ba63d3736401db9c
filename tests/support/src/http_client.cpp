// SPDX-License-Identifier: Apache-2.0
#include "tests/support/http_client.hpp"

#include "reeve/base/strings.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <zlib.h>

#include <limits>
#include <optional>

namespace reeve::test {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

tcp::endpoint loopback(std::uint16_t port) {
  return {asio::ip::address_v4::loopback(), port};
}

// Runs one asynchronous operation to its end; the stream's own timer bounds it.
template <class Start>
boost::system::error_code complete(asio::io_context& io, Start&& start) {
  boost::system::error_code outcome;
  start([&](boost::system::error_code e, auto&&...) { outcome = e; });
  io.restart();
  io.run();
  return outcome;
}

error failure(const std::string& what, const boost::system::error_code& e) {
  return {e == beast::error::timeout ? errc::timed_out : errc::failed, cat(what, ": ", e.message()),
          e.value()};
}

} // namespace

std::string http_response::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (beast::iequals(beast::string_view(key.data(), key.size()),
                       beast::string_view(name.data(), name.size())))
      return value;
  return {};
}

namespace {

std::string title(const http_request& request, std::uint16_t port) {
  return cat(request.method, " ", request.target, " from port ", port);
}

struct link {
  asio::io_context io;
  beast::tcp_stream stream{io};
  beast::flat_buffer buffer; // of what has arrived
  std::uint16_t port = 0;

  boost::system::error_code connect() {
    return complete(io, [&](auto done) { stream.async_connect(loopback(port), done); });
  }
  // The stream's timer, which the caller has set, bounds it.
  result<http_response> exchange(const http_request& request, bool keep_alive) {
    http::request<http::string_body> out;
    out.version(11);
    out.method_string(request.method);
    out.target(request.target);
    out.set(http::field::host, cat("127.0.0.1:", port));
    for (const auto& [name, value] : request.headers)
      out.insert(name, value);
    out.keep_alive(keep_alive);
    out.body() = request.body;
    if (!request.body.empty() || request.method == "POST") out.prepare_payload();
    if (auto e = complete(io, [&](auto done) { http::async_write(stream, out, done); }))
      return failure(title(request, port), e);

    http::response_parser<http::string_body> parser;
    parser.body_limit(std::numeric_limits<std::uint64_t>::max());
    parser.skip(request.method == "HEAD");
    if (auto e = complete(io, [&](auto done) { http::async_read(stream, buffer, parser, done); }))
      return failure(title(request, port), e);

    http_response response;
    response.status = parser.get().result_int();
    for (const auto& field : parser.get())
      response.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    response.body = std::move(parser.get().body());
    return response;
  }
};

} // namespace

result<http_response> http_send(std::uint16_t port, const http_request& request,
                                std::chrono::milliseconds bound) {
  link one;
  one.port = port;
  one.stream.expires_after(bound);
  if (auto e = one.connect()) return failure(title(request, port), e);
  return one.exchange(request, false);
}

struct http_session::state : link {};

http_session::http_session(std::unique_ptr<state> s) : state_(std::move(s)) {}
http_session::http_session(http_session&&) noexcept = default;
http_session& http_session::operator=(http_session&&) noexcept = default;
http_session::~http_session() = default;

result<http_session> http_session::open(std::uint16_t port) {
  auto s = std::make_unique<state>();
  s->port = port;
  s->stream.expires_after(http_bound);
  if (auto e = s->connect()) return failure(cat("connect to port ", port), e);
  return http_session(std::move(s));
}

result<http_response> http_session::get(std::string target, std::chrono::milliseconds bound) {
  state_->stream.expires_after(bound);
  return state_->exchange({"GET", std::move(target), {}, {}}, true);
}

result<http_response> http_get(std::uint16_t port, std::string target, http_headers headers,
                               std::chrono::milliseconds bound) {
  return http_send(port, {"GET", std::move(target), std::move(headers), {}}, bound);
}

result<http_response> http_post(std::uint16_t port, std::string target, std::string body,
                                http_headers headers, std::chrono::milliseconds bound) {
  return http_send(port, {"POST", std::move(target), std::move(headers), std::move(body)}, bound);
}

result<std::string> gunzip(std::string_view compressed) {
  z_stream z{};
  if (::inflateInit2(&z, 16 + MAX_WBITS) != Z_OK) // 16: a gzip header is required (zlib.h)
    return error{errc::failed, "inflateInit2 failed"};
  std::string out;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  z.avail_in = static_cast<uInt>(compressed.size());
  int state = Z_OK;
  while (state == Z_OK) {
    char block[16384];
    z.next_out = reinterpret_cast<Bytef*>(block);
    z.avail_out = sizeof block;
    state = ::inflate(&z, Z_NO_FLUSH);
    out.append(block, sizeof block - z.avail_out);
  }
  const bool whole = state == Z_STREAM_END && z.avail_in == 0;
  ::inflateEnd(&z);
  if (!whole) return error{errc::invalid_argument, cat("not one whole gzip member; zlib says ", state)};
  return out;
}

struct raw_connection::state {
  asio::io_context io;
  beast::tcp_stream stream{io};
};

raw_connection::raw_connection(std::unique_ptr<state> s) : state_(std::move(s)) {}
raw_connection::raw_connection(raw_connection&&) noexcept = default;
raw_connection& raw_connection::operator=(raw_connection&&) noexcept = default;
raw_connection::~raw_connection() = default;

result<raw_connection> raw_connection::open(std::uint16_t port) {
  auto s = std::make_unique<state>();
  s->stream.expires_after(http_bound);
  if (auto e = complete(s->io, [&](auto done) { s->stream.async_connect(loopback(port), done); }))
    return failure(cat("connect to port ", port), e);
  return raw_connection(std::move(s));
}

result<> raw_connection::write(std::string_view bytes) {
  state_->stream.expires_after(http_bound);
  const asio::const_buffer buffer(bytes.data(), bytes.size());
  if (auto e = complete(state_->io, [&](auto done) { asio::async_write(state_->stream, buffer, done); }))
    return failure("write", e);
  return {};
}

result<std::string> raw_connection::read_to_end(std::chrono::milliseconds bound) {
  std::string out;
  state_->stream.expires_after(bound);
  const auto e = complete(state_->io, [&](auto done) {
    asio::async_read(state_->stream, asio::dynamic_buffer(out), asio::transfer_all(), done);
  });
  if (e && e != asio::error::eof && e != asio::error::connection_reset &&
      e != asio::error::connection_aborted)
    return failure("read", e);
  return out;
}

} // namespace reeve::test
