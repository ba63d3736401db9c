// SPDX-License-Identifier: Apache-2.0
// Asks a service once whether it is well: over HTTP(S), or by connecting. Everything happens on the one thread that runs
// the given io_context, which must outlive the probe, and never waits there. Names other than localhost are looked up by
// Asio's own thread, one after another; an address needs no such thread.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"
#include "reeve/http/server.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace reeve::http {

struct probe_answer {
  bool passed = false;
  std::string text; // one sentence
};

class probe {
 public:
  virtual ~probe() = default; // ends what is under way, without an answer

  // `done` is called once, later, at the latest when `timeout` is over. A call while another is under way ends that one
  // without an answer.
  virtual void ask(nanoseconds timeout, std::function<void(probe_answer)> done) = 0;
};

struct http_probe_options {
  endpoint to; // a host name is allowed
  bool tls = false;
  std::string target = "/"; // path and query
  bool head = false;        // HEAD instead of GET
  std::string host;         // in the Host header, in TLS and for the certificate; empty: of `to`
  std::vector<std::pair<std::string, std::string>> headers; // names and values are sent as they are
  std::vector<std::pair<unsigned, unsigned>> expect_status{{200, 399}}; // ranges, both ends included
  std::string expect_body;       // is somewhere in the first probe_body_limit_bytes of the body
  std::string expect_body_regex; // RE2, matches somewhere in them
  bool verify_tls = true;
  std::string ca_file; // see os::tls_options; read with the first probe that needs it and can
};

// No more of a body is read or looked at. The body is read only where something is expected of it.
inline constexpr std::size_t probe_body_limit_bytes = 64 * 1024;

// Each probe has a connection of its own. A redirect is an answer like any other and is not followed.
// invalid_argument: the expression does not compile.
result<std::unique_ptr<probe>> make_http_probe(boost::asio::io_context& loop, http_probe_options options);
// Passes when a connection comes about, which is closed at once.
std::unique_ptr<probe> make_tcp_probe(boost::asio::io_context& loop, endpoint to);

} // namespace reeve::http
