// SPDX-License-Identifier: Apache-2.0
// The answer to a probe: its bytes go in, and whether it is as expected comes out as soon as that is known. It does no input.
#pragma once

#include "reeve/http/probe.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <re2/re2.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::http {

struct probe_expectation {
  bool head = false; // the request was HEAD
  std::vector<std::pair<unsigned, unsigned>> status;
  std::string body;
  std::unique_ptr<const RE2> body_regex; // may be null

  static result<probe_expectation> create(const http_probe_options& options);
  bool wants_body() const noexcept { return !body.empty() || body_regex; }
};

class probe_response {
 public:
  explicit probe_response(const probe_expectation& expected); // must outlive it

  // Nothing: there must be more of it.
  std::optional<probe_answer> received(std::string_view bytes);
  probe_answer ended(); // the connection is over
  // "did not answer", "did not send the whole head of its answer"
  std::string missing() const;

 private:
  using parser = boost::beast::http::response_parser<boost::beast::http::string_body>;

  static constexpr std::size_t header_limit_bytes = 16 * 1024;

  void begin();
  std::optional<probe_answer> parse();
  std::optional<probe_answer> judge_head() const;
  probe_answer judge_body() const;
  std::string said() const; // "status 200"

  const probe_expectation& expected_;
  boost::beast::flat_buffer buffer_;
  std::optional<parser> parser_;
  std::size_t header_bytes_ = 0; // of all heads: interim answers may precede the one that counts
};

} // namespace reeve::http
