// SPDX-License-Identifier: Apache-2.0
// The agent's HTTP/1.1 server. It knows routes and bytes; what is served is wired up by whoever owns it.
//
// Everything happens on the one thread that runs the given io_context: there is no thread here, and except
// where a line says otherwise every function must be called on that thread (or while nobody runs the
// io_context).
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace reeve::http {

struct request {
  std::string method; // as sent: "GET", "HEAD", "POST"
  std::string path;   // percent-decoded, begins with '/', without the query
  std::vector<std::pair<std::string, std::string>>
      query;                 // decoded, in the order sent; "?a" has an empty value
  std::string accept;        // every Accept header, joined by ", "; empty when none was sent
  std::string content_type;  // the header, as sent; empty when none was sent
  std::string authorization; // the header; empty when none was sent, or more than one
  std::string body;          // at most route_options::max_body_bytes
  std::string peer;          // "127.0.0.1:51034", "[::1]:51034"
};

// A body that is made while it is sent. Called and destroyed on the loop's thread. The next piece is asked
// for when the former one was handed to the system, so that a slow reader holds back its source instead of
// filling the memory.
class body_source {
 public:
  virtual ~body_source() = default;
  // Appends about `at_least` bytes to `chunk` (more costs memory, fewer costs system calls). True: there may
  // be more, and something was appended; false: what was appended, if anything, was the last. An exception
  // becomes 500 while nothing has been sent, and later cuts the connection so that the client notices.
  virtual bool next(std::string& chunk, std::size_t at_least) = 0;
};

struct response {
  unsigned status = 200; // 200 to 599
  std::string content_type;
  std::string body;                    // not looked at when there is a stream
  std::unique_ptr<body_source> stream; // not asked for anything when the request was HEAD
  // Further headers. Length, transfer coding, Connection and Date are the server's; of the protecting headers
  // (Content-Security-Policy, X-Content-Type-Options, Referrer-Policy) the one given here replaces the
  // default.
  std::vector<std::pair<std::string, std::string>> headers;
};

// Answers one request. From any thread, once: later calls do nothing. Not after the io_context's end. When
// the last copy goes without a call, the client gets 500; a reply after request_timeout comes too late and
// does nothing.
using reply = std::function<void(response)>;
// Runs on the loop's thread and must not block it. An exception becomes 500.
using handler = std::function<void(request, reply)>;

// Looks at a request whose body has not arrived yet. What it returns is the answer, and the body is not read.
using admission = std::function<std::optional<response>(const request&)>;

struct route_options {
  std::uint64_t max_body_bytes =
      1024 * 1024;         // a longer body gets 413, when possible before any of it is read
  bool needs_body = false; // a request without length and chunks gets 411
  // Requests that `admit` let pass; those beyond it get 429, and their bodies are not read. 0: no limit.
  double requests_per_second = 0;
  double burst = 1; // so many at once, after a time without any; at least 1
  admission admit;
  // Of each response to this route, when it begins. `refusal` is the text of one from 400 on.
  std::function<void(unsigned status, const std::string& peer, const std::string& refusal)> answered;
};

struct endpoint {
  std::string host; // numeric: "127.0.0.1", "::1"
  std::uint16_t port = 0;
};
std::string to_string(const endpoint& e); // "127.0.0.1:9847", "[::1]:9847"

struct server_options {
  // ADDRESS:PORT, [ADDRESS]:PORT or NAME:PORT (every address of the name is bound). Port 0: the system
  // chooses one. An IPv6 address serves IPv6 only; to serve all of both write "0.0.0.0:9847" and "[::]:9847".
  std::vector<std::string> listen{"127.0.0.1:9847", "[::1]:9847"};
  unsigned max_connections = 64; // a further one gets 503 and is closed
  // For a whole request to arrive after its first byte (408), for the handler to reply (503), and for the
  // client to take each piece of about 64 KiB of the response (the connection is cut).
  nanoseconds request_timeout = std::chrono::seconds(10);
  nanoseconds idle_timeout = std::chrono::seconds(60); // between two requests
  bool gzip = true; // for text, when the client's Accept-Encoding allows it
};

struct server_counters {
  std::uint64_t connections_total = 0; // accepted and served; without the refused ones
  std::uint64_t connections_current = 0;
  std::uint64_t connections_refused = 0; // over max_connections
  std::uint64_t accept_failures = 0;     // the system could not hand over a connection (out of descriptors)
  std::array<std::uint64_t, 5>
      responses{};                 // by status class: [0] 1xx ... [4] 5xx; counted when the reply begins
  std::uint64_t responses_cut = 0; // begun and not ended: the client left, was too slow, or the source failed
  std::uint64_t bytes_sent = 0;    // headers and bodies, as sent (compressed)
};

class server {
 public:
  // Binds every address or none. The message of a failure names the address and says what to do; errc::busy:
  // the port is in use. Only [::1] is passed over when this machine has no IPv6 loopback and another address
  // was bound; see skipped().
  static result<std::unique_ptr<server>> create(boost::asio::io_context& loop, server_options options = {});
  // Cuts whatever is still open. The io_context must still exist; its run() then returns what handlers are
  // left.
  virtual ~server() = default;

  // `path` is compared whole with the decoded path. A GET route answers HEAD too. The same method and path
  // again replaces the handler. A request that is refused by its head alone, which no route takes among others, ends
  // its connection when a body would follow.
  virtual void route(std::string method, std::string path, handler h, route_options options) = 0;
  void route(std::string method, std::string path, handler h) {
    route(std::move(method), std::move(path), std::move(h), {});
  }
  // Requests on their way are answered. Nothing happens when there is no such route.
  virtual void unroute(std::string_view method, std::string_view path) = 0;

  virtual std::vector<endpoint> addresses() const = 0;  // as bound, with the ports the system chose
  virtual std::vector<std::string> skipped() const = 0; // one sentence per address that was passed over

  // No new connections, idle ones are closed, running replies may end for at most `grace`, then they are cut.
  // `done` is called once, later, on the loop's thread, when no connection is left. A second call can only
  // shorten the grace, its `done` replaces the first when given.
  virtual void stop(nanoseconds grace, std::function<void()> done = {}) = 0;

  virtual server_counters counters() const noexcept = 0; // from any thread
};

} // namespace reeve::http
