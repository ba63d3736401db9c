// SPDX-License-Identifier: Apache-2.0
#include "request_reader.hpp"

#include "negotiation.hpp"
#include "reeve/base/strings.hpp"

#include <boost/beast/http/error.hpp>

namespace reeve::http {
namespace {

namespace beast = boost::beast;
using boost::system::error_code;

template <class Message>
std::string joined(const Message& message, beast::http::field name) {
  std::string out;
  const auto found = message.equal_range(name);
  for (auto it = found.first; it != found.second; ++it)
    append_to(out, cat(out.empty() ? "" : ", ", std::string_view(it->value())));
  return out;
}

} // namespace

void request_reader::begin() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(header_limit_bytes));
  parser_->body_limit(boost::none); // known with the head
  header_bytes_ = 0;
  body_limit_bytes_ = 0;
  head_told_ = false;
  continue_sent_ = false;
}

request_reader::step request_reader::parse(request_refusal& refusal) {
  error_code ec;
  do {
    if (parser_->is_done()) return step::complete;
    const bool in_header = !parser_->is_header_done();
    parser_->eager(!in_header); // so that a call ends with the header, and its bytes can be counted
    const auto used = parser_->put(buffer_.data(), ec);
    buffer_.consume(used);
    if (ec && ec != beast::http::error::need_more) {
      refusal = refusal_of(ec);
      return step::refused;
    }
    // The parser's own limit forgets the fields it has already taken over.
    if (in_header) header_bytes_ += used;
    if (header_bytes_ + (parser_->is_header_done() ? 0 : buffer_.size()) > header_limit_bytes) {
      refusal = refusal_of(beast::http::error::header_limit);
      return step::refused;
    }
    if (parser_->is_header_done() && !std::exchange(head_told_, true)) return step::head;
    if (parser_->is_done()) return step::complete;
  } while (!ec && buffer_.size() != 0);
  if (parser_->is_header_done() && !continue_sent_ && parser_->get().version() == 11 &&
      equal_ignoring_case(parser_->get()[beast::http::field::expect], "100-continue")) {
    continue_sent_ = true;
    return step::send_continue;
  }
  return step::read_more;
}

bool request_reader::may_read_more(request_refusal& refusal) const {
  // What the parser leaves unread is an unfinished line: of the header, of a chunk's extension or of a
  // trailer.
  if (buffer_.size() <= header_limit_bytes) return true;
  refusal = refusal_of(beast::http::error::header_limit);
  return false;
}

bool request_reader::take_head(request& out, response_terms& terms, request_refusal& refusal) const {
  const auto& message = parser_->get();
  terms.version_11 = message.version() == 11;
  terms.keep_alive = message.keep_alive();
  terms.head = message.method() == beast::http::verb::head;
  const auto hosts = message.count(beast::http::field::host);
  if (hosts > 1 || (terms.version_11 && hosts == 0)) {
    refusal = {400, "An HTTP/1.1 request has exactly one Host header.\n"};
    return false;
  }
  // The parser would take the body for the next request (RFC 9112, 6.3).
  if (message.count(beast::http::field::transfer_encoding) != 0 && !parser_->chunked()) {
    refusal = {400, "Of the transfer codings the last one must be chunked.\n"};
    return false;
  }
  request_target target;
  if (!parse_target(message.target(), target)) {
    refusal = {400, "The request's target is malformed.\n"};
    return false;
  }
  terms.gzip = accepts_gzip(joined(message, beast::http::field::accept_encoding));

  out.method = std::string(message.method_string());
  out.path = std::move(target.path);
  out.query = std::move(target.query);
  out.accept = joined(message, beast::http::field::accept);
  out.content_type = std::string(message[beast::http::field::content_type]);
  if (message.count(beast::http::field::authorization) == 1)
    out.authorization = std::string(message[beast::http::field::authorization]);
  return true;
}

bool request_reader::body_follows() const {
  return !parser_->is_done();
}

bool request_reader::is_body_announced() const {
  return parser_->chunked() || parser_->content_length();
}

bool request_reader::limit_body(std::uint64_t bytes, request_refusal& refusal) {
  body_limit_bytes_ = bytes;
  parser_->body_limit(bytes);
  const auto announced = parser_->content_length();
  if (!announced || *announced <= bytes) return true;
  refusal = refusal_of(beast::http::error::body_limit);
  return false;
}

request_refusal request_reader::refusal_of(error_code ec) const {
  using beast::http::error;
  if (ec == error::header_limit)
    return {431, cat("The request's headers are longer than ", header_limit_bytes, " bytes.\n")};
  if (ec == error::body_limit)
    return {413, cat("The request's body is longer than ", body_limit_bytes_, " bytes.\n")};
  if (ec == error::bad_version) return {505, "This server speaks HTTP/1.1 and HTTP/1.0.\n"};
  return {400, cat("This is no HTTP request: ", ec.message(), ".\n")};
}

} // namespace reeve::http
