// SPDX-License-Identifier: Apache-2.0
#include "probe_response.hpp"

#include "reeve/base/strings.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <re2/stringpiece.h>

#include <algorithm>
#include <limits>

namespace reeve::http {

namespace {

namespace beast = boost::beast;
using boost::system::error_code;

constexpr std::int64_t regex_memory_bytes = 1 << 20;

std::string in_words(const std::vector<std::pair<unsigned, unsigned>>& ranges) {
  std::string out;
  for (const auto& [first, last] : ranges) {
    append_to(out, cat(out.empty() ? "" : " or ", first));
    if (last != first) append_to(out, cat(" to ", last));
  }
  return out;
}

} // namespace

result<probe_expectation> probe_expectation::create(const http_probe_options& options) {
  probe_expectation out;
  out.head = options.head;
  out.status = options.expect_status;
  out.body = options.expect_body;
  if (options.expect_body_regex.empty()) return out;
  RE2::Options regex_options;
  regex_options.set_log_errors(false); // it would write to stderr
  regex_options.set_max_mem(regex_memory_bytes);
  auto regex = std::make_unique<const RE2>(options.expect_body_regex, regex_options);
  if (!regex->ok()) return error{errc::invalid_argument, cat("not a regular expression: ", regex->error())};
  out.body_regex = std::move(regex);
  return out;
}

probe_response::probe_response(const probe_expectation& expected) : expected_(expected) {
  begin();
}

void probe_response::begin() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(header_limit_bytes));
  parser_->body_limit(boost::none); // judge_body() ends it
  parser_->skip(expected_.head);
}

std::optional<probe_answer> probe_response::received(std::string_view bytes) {
  // In pieces, so that what a parsed piece adds to the body stays near its limit.
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, header_limit_bytes);
    bytes.remove_prefix(piece.size());
    buffer_.commit(boost::asio::buffer_copy(buffer_.prepare(piece.size()), boost::asio::buffer(piece)));
    if (auto known = parse()) return known;
  }
  return std::nullopt;
}

std::optional<probe_answer> probe_response::parse() {
  error_code ec;
  do {
    const bool in_header = !parser_->is_header_done();
    parser_->eager(!in_header); // so that a call ends with the header, and its bytes can be counted
    const auto used = parser_->put(buffer_.data(), ec);
    buffer_.consume(used);
    if (in_header) header_bytes_ += used;
    // The parser's own limit forgets the fields it has already taken over.
    if (ec == beast::http::error::header_limit || header_bytes_ > header_limit_bytes ||
        buffer_.size() > header_limit_bytes)
      return probe_answer{false, cat("the answer's head is longer than ", header_limit_bytes, " bytes")};
    if (ec && ec != beast::http::error::need_more)
      return probe_answer{false, cat("the answer is not HTTP: ", ec.message())};
    if (parser_->is_header_done()) {
      if (parser_->get().result_int() < 200) {
        begin();
        continue;
      }
      if (in_header)
        if (auto known = judge_head()) return known;
      if (parser_->is_done() || parser_->get().body().size() >= probe_body_limit_bytes) return judge_body();
    }
  } while (!ec && buffer_.size() != 0);
  return std::nullopt;
}

probe_answer probe_response::ended() {
  if (!parser_->got_some() && buffer_.size() == 0)
    return {false, "the connection was closed without an answer"};
  if (!parser_->is_header_done()) return {false, "the connection was closed within the head of the answer"};
  error_code ec;
  parser_->put_eof(ec); // the end of a body without a length
  if (ec) return {false, cat(said(), ", and the connection was closed within the body")};
  return judge_body();
}

std::string probe_response::missing() const {
  if (!parser_->got_some() && buffer_.size() == 0) return "did not answer";
  if (!parser_->is_header_done()) return "did not send the whole head of its answer";
  return "did not send the whole body of its answer";
}

std::optional<probe_answer> probe_response::judge_head() const {
  const unsigned status = parser_->get().result_int();
  const auto fits = [&](const auto& range) { return status >= range.first && status <= range.second; };
  if (std::ranges::none_of(expected_.status, fits))
    return probe_answer{false, cat(said(), ", expected is ", in_words(expected_.status))};
  if (!expected_.wants_body()) return probe_answer{true, said()};
  return std::nullopt;
}

probe_answer probe_response::judge_body() const {
  const auto body = std::string_view(parser_->get().body()).substr(0, probe_body_limit_bytes);
  if (!expected_.body.empty() && body.find(expected_.body) == body.npos)
    return {false, cat(said(), ", and the body has no \"", expected_.body, "\"")};
  if (expected_.body_regex &&
      !RE2::PartialMatch(re2::StringPiece(body.data(), body.size()), *expected_.body_regex))
    return {false, cat(said(), ", and the body does not match ", expected_.body_regex->pattern())};
  return {true, said()};
}

std::string probe_response::said() const {
  return cat("status ", parser_->get().result_int());
}

} // namespace reeve::http
