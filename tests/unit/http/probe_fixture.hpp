// SPDX-License-Identifier: Apache-2.0
// A server that does what a test tells it, on the loop that the probe runs on, and a probe that is asked once.
#pragma once

#include "reeve/http/probe.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace reeve::http::testing {

using boost::asio::ip::tcp;

// One accepted connection; `request` is what the client sent up to the blank line.
struct accepted {
  explicit accepted(tcp::socket s) : socket(std::move(s)) {}
  tcp::socket socket;
  std::string request;
};
using script = std::function<void(std::shared_ptr<accepted>)>;

// The scripts below. A connection stays open as long as something is under way on it, or the script keeps it.
script reply(std::string text);              // and closes
script reply_and_hold(std::string text);     // and says nothing more
script reply_byte_by_byte(std::string text); // a byte in 20 ms
script reply_for_ever(std::string head, std::string piece);
script close_at_once();
script reset_at_once();

class script_server {
 public:
  // After each request's head; `before_request`: as soon as the connection is there.
  script_server(boost::asio::io_context& loop, script run, std::string address = "127.0.0.1",
                bool before_request = false);
  ~script_server();
  endpoint address() const;
  std::size_t connections() const { return *connections_; }
  const std::string& last_request() const { return *last_request_; }

 private:
  void accept();

  tcp::acceptor acceptor_;
  std::shared_ptr<script> run_;
  bool before_request_;
  std::shared_ptr<std::size_t> connections_ = std::make_shared<std::size_t>(0);
  std::shared_ptr<std::string> last_request_ = std::make_shared<std::string>();
};

// Runs the loop until the answer is there; fails the test when none comes.
probe_answer ask(boost::asio::io_context& loop, probe& p, nanoseconds timeout = std::chrono::seconds(20));
probe_answer ask(boost::asio::io_context& loop, http_probe_options options,
                 nanoseconds timeout = std::chrono::seconds(20));

// A port of the loopback on which nobody listens.
endpoint silent_port(boost::asio::io_context& loop);

} // namespace reeve::http::testing
