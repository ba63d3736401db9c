// SPDX-License-Identifier: Apache-2.0
// A small HTTP/1.1 client for 127.0.0.1. Nothing retried, every call bounded.
#pragma once

#include "reeve/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::test {

using http_headers = std::vector<std::pair<std::string, std::string>>;

struct http_response {
  unsigned status = 0;
  http_headers headers;
  std::string body; // chunks joined; still compressed if Content-Encoding says so

  std::string header(std::string_view name) const; // case does not matter; empty if absent
};

inline constexpr std::chrono::milliseconds http_bound = std::chrono::seconds(15);

struct http_request {
  std::string method = "GET";
  std::string target = "/";
  http_headers headers;
  std::string body;
};
// Each on a connection of its own.
result<http_response> http_send(std::uint16_t port, const http_request& request,
                                std::chrono::milliseconds bound = http_bound);
result<http_response> http_get(std::uint16_t port, std::string target, http_headers headers = {},
                               std::chrono::milliseconds bound = http_bound);
result<http_response> http_post(std::uint16_t port, std::string target, std::string body = {},
                                http_headers headers = {}, std::chrono::milliseconds bound = http_bound);

// One connection for many requests, as Prometheus keeps it.
class http_session {
 public:
  static result<http_session> open(std::uint16_t port);
  http_session(http_session&&) noexcept;
  http_session& operator=(http_session&&) noexcept;
  ~http_session();

  result<http_response> get(std::string target, std::chrono::milliseconds bound = http_bound);

 private:
  struct state;
  explicit http_session(std::unique_ptr<state> s);
  std::unique_ptr<state> state_;
};

// Inflates one gzip member (RFC 1952) and insists on its checksum, its length and nothing behind it.
result<std::string> gunzip(std::string_view compressed);

// A bare TCP connection, for requests that no proper client would send.
class raw_connection {
 public:
  static result<raw_connection> open(std::uint16_t port);
  raw_connection(raw_connection&&) noexcept;
  raw_connection& operator=(raw_connection&&) noexcept;
  ~raw_connection();

  result<> write(std::string_view bytes); // fails once the other side has closed
  // Everything until the other side closes (a reset counts); errc::timed_out if it has not by then.
  result<std::string> read_to_end(std::chrono::milliseconds bound);

 private:
  struct state;
  explicit raw_connection(std::unique_ptr<state> s);
  std::unique_ptr<state> state_;
};

} // namespace reeve::test
