// SPDX-License-Identifier: Apache-2.0
// One health check of a managed process: one [[process.health]]. What belongs to another type is at its default.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/config/endpoint.hpp"
#include "reeve/config/url.hpp"
#include "reeve/config/written_at.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace reeve::config {

struct status_range {
  std::uint16_t first = 200; // 100..599, both included
  std::uint16_t last = 399;
  friend bool operator==(const status_range&, const status_range&) = default;
};

struct health_settings {
  std::string type; // http, tcp, command
  std::string name; // [a-z0-9_-], 1 to 64 characters, each once in its process; default: type

  // http
  http_url url;
  std::string method = "GET"; // GET, HEAD
  std::string host;           // in place of the one of `url`: in the header, in TLS and for the certificate
  std::vector<std::pair<std::string, std::string>> headers; // besides those that are always sent
  std::vector<status_range> expect_status{{}};              // any of them
  std::string expect_body;                                  // is somewhere in the body; empty: not asked
  std::string expect_body_regex;                            // matches somewhere in the body; empty: not asked
  bool verify_tls = true;
  std::string ca_file; // absolute, PEM; instead of the system's authorities; empty: these

  // tcp
  endpoint address;

  // command
  std::string command; // absolute; started without a shell
  std::vector<std::string> args;

  nanoseconds grace = std::chrono::seconds(10);    // 0s..1d
  nanoseconds interval = std::chrono::seconds(10); // 100ms..1d
  nanoseconds timeout = std::chrono::seconds(2);   // 10ms..1h, at most interval
  std::uint32_t retries = 3;                       // 1..1000
  std::uint32_t success_threshold = 1;             // 1..1000
  written_at where;                                // of the table
  friend bool operator==(const health_settings&, const health_settings&) = default;
};

} // namespace reeve::config
