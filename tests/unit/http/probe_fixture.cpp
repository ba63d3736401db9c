// SPDX-License-Identifier: Apache-2.0
#include "probe_fixture.hpp"

#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <vector>

namespace reeve::http::testing {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

// Until the client closes.
void hold(const std::shared_ptr<accepted>& c) {
  auto byte = std::make_shared<char>();
  c->socket.async_read_some(asio::buffer(byte.get(), 1), [c, byte](error_code ec, std::size_t) {
    if (!ec) hold(c);
  });
}

void send(const std::shared_ptr<accepted>& c, std::string text, std::function<void()> then) {
  auto kept = std::make_shared<std::string>(std::move(text));
  asio::async_write(c->socket, asio::buffer(*kept),
                    [c, kept, then = std::move(then)](error_code ec, std::size_t) {
                      if (!ec) then();
                    });
}

void trickle(const std::shared_ptr<accepted>& c, const std::shared_ptr<std::string>& text, std::size_t at) {
  if (at == text->size()) return;
  auto timer = std::make_shared<asio::steady_timer>(c->socket.get_executor(), milliseconds(20));
  timer->async_wait([=](error_code) {
    (void)timer;
    send(c, text->substr(at, 1), [=] { trickle(c, text, at + 1); });
  });
}

void pour(const std::shared_ptr<accepted>& c, const std::string& piece) {
  send(c, piece, [=] { pour(c, piece); });
}

} // namespace

script reply(std::string text) {
  return [=](std::shared_ptr<accepted> c) { send(c, text, [] {}); };
}
script reply_and_hold(std::string text) {
  return [=](std::shared_ptr<accepted> c) { send(c, text, [c] { hold(c); }); };
}
script reply_byte_by_byte(std::string text) {
  return [=](std::shared_ptr<accepted> c) { trickle(c, std::make_shared<std::string>(text), 0); };
}
script reply_for_ever(std::string head, std::string piece) {
  return [=](std::shared_ptr<accepted> c) { send(c, head, [=] { pour(c, piece); }); };
}
script close_at_once() {
  return [](const std::shared_ptr<accepted>&) {};
}
script reset_at_once() {
  return [](const std::shared_ptr<accepted>& c) { c->socket.set_option(asio::socket_base::linger(true, 0)); };
}

script_server::script_server(asio::io_context& loop, script run, std::string address, bool before_request)
    : acceptor_(loop, tcp::endpoint(asio::ip::make_address(address), 0)),
      run_(std::make_shared<script>(std::move(run))), before_request_(before_request) {
  accept();
}

script_server::~script_server() = default;

endpoint script_server::address() const {
  const auto bound = acceptor_.local_endpoint();
  return {bound.address().to_string(), bound.port()};
}

void script_server::accept() {
  acceptor_.async_accept(
      [this, run = run_, count = connections_, last = last_request_](error_code ec, tcp::socket s) {
        if (ec) return; // this object may be gone
        ++*count;
        auto c = std::make_shared<accepted>(std::move(s));
        if (before_request_)
          (*run)(c);
        else
          asio::async_read_until(c->socket, asio::dynamic_buffer(c->request), "\r\n\r\n",
                                 [c, run, last](error_code failed, std::size_t) {
                                   if (failed) return;
                                   *last = c->request;
                                   (*run)(c);
                                 });
        accept();
      });
}

probe_answer ask(asio::io_context& loop, probe& p, nanoseconds timeout) {
  std::optional<probe_answer> answer;
  int times = 0;
  p.ask(timeout, [&](probe_answer a) {
    answer = std::move(a);
    ++times;
  });
  EXPECT_FALSE(answer) << "the answer came within the call";
  loop.restart();
  const auto end = std::chrono::steady_clock::now() + seconds(60);
  while (!answer && std::chrono::steady_clock::now() < end)
    loop.run_one_for(seconds(1));
  loop.poll();
  EXPECT_EQ(times, 1);
  return answer.value_or(probe_answer{false, "no answer"});
}

probe_answer ask(asio::io_context& loop, http_probe_options options, nanoseconds timeout) {
  auto made = make_http_probe(loop, std::move(options));
  if (!made) return {false, made.error().message};
  return ask(loop, **made, timeout);
}

endpoint silent_port(asio::io_context& loop) {
  const tcp::acceptor taken(loop, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  return {"127.0.0.1", taken.local_endpoint().port()};
}

} // namespace reeve::http::testing
