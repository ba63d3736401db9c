// SPDX-License-Identifier: Apache-2.0
#include "response_writer.hpp"

#include "negotiation.hpp"
#include "reeve/base/strings.hpp"

#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace reeve::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

// A header value from a handler may hold what came from outside; a line break in it would begin another
// header.
void append_header(std::string& out, std::string_view name, std::string_view value) {
  const auto append_clean = [&out](std::string_view text) {
    for (const char c : text)
      out.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c);
  };
  append_clean(name);
  out += ": ";
  append_clean(value);
  out += "\r\n";
}

bool has_header(const response& r, std::string_view name) {
  return std::any_of(r.headers.begin(), r.headers.end(),
                     [&](const auto& h) { return equal_ignoring_case(h.first, name); });
}

} // namespace

// A body that fits into one piece gets its length, compressed or not: that is why the piece comes before the
// head.
void response_writer::begin(response& r, response_terms& terms, bool may_compress) {
  const bool bodyless = r.status == 204 || r.status == 304;
  const bool compressible =
      may_compress && !bodyless && is_compressible(r.content_type) && !has_header(r, "Content-Encoding");
  const bool compressed = compressible && terms.gzip;
  std::optional<std::size_t> length;
  if (!r.stream && !compressed) length = r.body.size();
  const auto status = r.status;

  body_.reset();
  piece_ = {};
  body_finished_ = true;
  const bool streamed = r.stream != nullptr;
  if (!bodyless && !terms.head) {
    body_.emplace(std::move(r.body), std::move(r.stream), compressed);
    piece_ = body_->next();
    body_finished_ = body_->finished();
    if (body_finished_ && (streamed || compressed)) length = piece_.size();
  }
  const bool chunked = !bodyless && !length && terms.version_11;
  framed_ = chunked && !terms.head;
  if (!bodyless && !length && !chunked) terms.keep_alive = false;

  header_.clear();
  header_ += cat("HTTP/1.1 ", status, " ",
                 std::string_view(beast::http::obsolete_reason(beast::http::int_to_status(status))), "\r\n");
  append_header(
      header_, "Date",
      http_date(std::chrono::duration_cast<std::chrono::seconds>(system_clock().unix_time()).count()));
  if (!r.content_type.empty()) append_header(header_, "Content-Type", r.content_type);
  if (compressed) append_header(header_, "Content-Encoding", "gzip");
  if (compressible) append_header(header_, "Vary", "Accept-Encoding");
  if (chunked)
    append_header(header_, "Transfer-Encoding", "chunked");
  else if (length && !bodyless)
    append_header(header_, "Content-Length", std::to_string(*length));
  if (!terms.keep_alive)
    append_header(header_, "Connection", "close");
  else if (!terms.version_11)
    append_header(header_, "Connection", "keep-alive");
  if (!has_header(r, "X-Content-Type-Options")) append_header(header_, "X-Content-Type-Options", "nosniff");
  if (equal_ignoring_case(std::string_view(r.content_type).substr(0, 9), "text/html")) {
    if (!has_header(r, "Content-Security-Policy"))
      append_header(header_, "Content-Security-Policy",
                    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
                    "frame-ancestors 'none'");
    if (!has_header(r, "Referrer-Policy")) append_header(header_, "Referrer-Policy", "no-referrer");
  }
  for (const auto& [name, value] : r.headers)
    append_header(header_, name, value);
  header_ += "\r\n";
}

void response_writer::next() {
  header_.clear();
  piece_ = body_->next();
  body_finished_ = body_->finished();
}

void response_writer::end() {
  body_.reset();
  piece_ = {};
}

std::array<asio::const_buffer, 4> response_writer::buffers() {
  std::string_view tail;
  chunk_line_.clear();
  if (framed_) {
    if (!piece_.empty()) {
      std::array<char, 16> digits;
      const auto last = std::to_chars(digits.data(), digits.data() + digits.size(), piece_.size(), 16).ptr;
      chunk_line_.assign(digits.data(), last);
      chunk_line_ += "\r\n";
      tail = body_finished_ ? "\r\n0\r\n\r\n" : "\r\n";
    } else if (body_finished_) {
      tail = "0\r\n\r\n";
    }
  }
  return {asio::buffer(header_), asio::buffer(chunk_line_), asio::buffer(piece_), asio::buffer(tail)};
}

} // namespace reeve::http
