// SPDX-License-Identifier: Apache-2.0
// A client's bytes, taken apart into requests within limits. It does no input: the connection fills its buffer.
#pragma once

#include "reeve/http/server.hpp"
#include "response_writer.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace reeve::http {

// An answer that ends the connection.
struct request_refusal {
  unsigned status = 400;
  std::string text;
};

class request_reader {
 public:
  enum class step { read_more, head, send_continue, complete, refused };

  // For the next request, of which the buffer may hold bytes already.
  void begin();

  // The buffer: reading into room() is made known by received().
  boost::beast::flat_buffer::mutable_buffers_type room() { return buffer_.prepare(read_bytes); }
  void received(std::size_t bytes) { buffer_.commit(bytes); }
  bool has_bytes() const noexcept { return buffer_.size() != 0; }
  void drop_bytes() { buffer_.consume(buffer_.size()); }

  // Takes in what is in the buffer, up to the request's end. The first stop is its head, where the caller says what is
  // to become of it. `refusal` is set with step::refused.
  step parse(request_refusal& refusal);
  // Before more is read. False: what is unfinished is too long already, and `refusal` is set.
  bool may_read_more(request_refusal& refusal) const;
  // After step::head: all of the request but its peer and its body. False: `refusal` is set. `terms` are set in both
  // cases.
  bool take_head(request& out, response_terms& terms, request_refusal& refusal) const;
  // After step::head: a body follows, even an empty one in chunks.
  bool body_follows() const;
  // After step::head: the length of the body, or chunks, was announced.
  bool is_body_announced() const;
  // After step::head, and before anything of the body is taken in. False: it is known to be longer, and `refusal` is set.
  bool limit_body(std::uint64_t bytes, request_refusal& refusal);
  // After step::complete.
  std::string take_body() { return std::move(parser_->get().body()); }

 private:
  using parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  static constexpr std::size_t header_limit_bytes = 16 * 1024;
  static constexpr std::size_t read_bytes = 16 * 1024;

  request_refusal refusal_of(boost::system::error_code ec) const;

  boost::beast::flat_buffer buffer_{header_limit_bytes + read_bytes};
  std::optional<parser> parser_;
  std::size_t header_bytes_ = 0;
  std::uint64_t body_limit_bytes_ = 0;
  bool head_told_ = false;
  bool continue_sent_ = false;
};

} // namespace reeve::http
