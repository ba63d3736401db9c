// SPDX-License-Identifier: Apache-2.0
// A server on a loop thread of its own, and a client that sends and reads bytes. Every wait is bounded.
#pragma once

#include "reeve/http/server.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::http::testing {

// Options for a server on ephemeral ports of the IPv4 loopback, with timeouts that no test reaches unless it
// wants to.
server_options quiet_options();

class test_server {
 public:
  explicit test_server(server_options options = quiet_options());
  ~test_server();

  void route(std::string method, std::string path, handler h, route_options options = {});
  endpoint address() const;
  void on_loop(const std::function<void(server&)>& work); // runs there; returns when it is done
  void destroy();                                         // the server, on its loop; the loop keeps running
  server_counters counters();
  // Until `reached` holds for the counters; fails the test after a bound.
  void wait_for(const std::function<bool(const server_counters&)>& reached);

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

struct client_response {
  unsigned status = 0;
  std::string head; // status line and headers, as received
  std::string body; // without the chunk framing
  bool complete =
      false; // ended as its framing says; with neither length nor chunks: by the end of the connection
  std::string header(std::string_view name) const; // the first of that name; empty when there is none
};

class raw_client {
 public:
  // `receive_buffer_bytes` 0: the system's choice.
  explicit raw_client(const endpoint& to, int receive_buffer_bytes = 0);
  ~raw_client();
  raw_client(raw_client&&) noexcept;

  void send(std::string_view bytes);
  bool try_send(std::string_view bytes); // false: the other side has closed
  void shutdown_send();
  void reset();                               // closes with a reset
  std::string read_some(std::size_t at_most); // empty at the end of the connection, orderly or not
  // `head`: the response to a HEAD request, which has no body whatever its headers say.
  client_response read_response(bool head = false);
  client_response get(std::string_view path, std::string_view headers = {});
  bool at_end(); // reads one byte; true at the end of the connection

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

bool can_connect(const endpoint& to);
std::string gunzip(std::string_view compressed); // throws when it is not one whole gzip member

} // namespace reeve::http::testing
