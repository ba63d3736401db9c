// SPDX-License-Identifier: Apache-2.0
// One client's connection, and what all connections of a server share.
#pragma once

#include "router.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <unordered_set>

namespace reeve::http {

// The concrete executor spares the type erasure of any_io_executor on every operation.
using loop_executor = boost::asio::io_context::executor_type;
using tcp_socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, loop_executor>;

class connection_handle {
 public:
  virtual void close_if_idle() = 0;
  virtual void abort() = 0;

 protected:
  ~connection_handle() = default;
};

// Kept alive by the server and by each connection. Loop's thread only, but for the counters.
struct shared_state {
  server_options options;
  router routes;
  bool stopping = false;
  std::unordered_set<connection_handle*> open; // each takes itself out when it closes
  unsigned refusing = 0;                       // of `open`: those that only get their 503
  std::function<void()> on_empty;              // called while stopping, when `open` becomes empty

  std::atomic<std::uint64_t> connections_total{0};
  std::atomic<std::uint64_t> connections_current{0};
  std::atomic<std::uint64_t> connections_refused{0};
  std::atomic<std::uint64_t> accept_failures{0};
  std::array<std::atomic<std::uint64_t>, 5> responses{};
  std::atomic<std::uint64_t> responses_cut{0};
  std::atomic<std::uint64_t> bytes_sent{0};
};

// Takes over an accepted socket: serves it, or refuses it when the server is full.
void serve(std::shared_ptr<shared_state> state, tcp_socket socket);

} // namespace reeve::http
