// SPDX-License-Identifier: Apache-2.0
#include "connection.hpp"

#include "body_pipeline.hpp"
#include "negotiation.hpp"
#include "reeve/base/strings.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

namespace reeve::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using steady = std::chrono::steady_clock;
using loop_timer = asio::basic_waitable_timer<steady, asio::wait_traits<steady>, loop_executor>;

constexpr std::size_t header_limit_bytes = 16 * 1024;
constexpr std::uint64_t body_limit_bytes = 1024 * 1024;
constexpr std::size_t read_bytes = 16 * 1024;
constexpr unsigned refusals_at_once = 16; // beyond it a refused client is closed without a word

// After the last response the client's leftovers are read for a moment: closing over unread bytes makes the
// system send a reset, which can throw away the response before the client has read it (RFC 9112, 9.6).
constexpr auto linger_time = std::chrono::seconds(1);

response text_response(unsigned status, std::string text) {
  response r;
  r.status = status;
  r.content_type = "text/plain; charset=utf-8";
  r.body = std::move(text);
  return r;
}

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

class connection;

// What a handler's reply holds: it finds its way to the loop's thread, or reports that it was dropped.
class reply_token {
 public:
  reply_token(std::weak_ptr<connection> to, std::uint64_t serial, loop_executor loop)
      : to_(std::move(to)), serial_(serial), loop_(loop) {}
  ~reply_token() {
    if (used_.exchange(true)) return;
    try {
      send(text_response(500, "The agent dropped this request without an answer.\n"));
    } catch (...) { // out of memory: the request's timeout answers
    }
  }
  reply_token(const reply_token&) = delete;
  reply_token& operator=(const reply_token&) = delete;

  void use(response r) {
    if (!used_.exchange(true)) send(std::move(r));
  }

 private:
  void send(response r);

  std::weak_ptr<connection> to_;
  std::uint64_t serial_;
  loop_executor loop_;
  std::atomic<bool> used_{false};
};

class connection final : public connection_handle, public std::enable_shared_from_this<connection> {
 public:
  connection(std::shared_ptr<shared_state> state, tcp_socket socket)
      : state_(std::move(state)), socket_(std::move(socket)), timer_(socket_.get_executor()) {}

  void start() {
    state_->open.insert(this);
    ++state_->connections_total;
    ++state_->connections_current;
    prepare();
    begin_request();
    set_deadline(state_->options.request_timeout); // a new client has something to say
    read();
  }

  void refuse() {
    refused_ = true;
    state_->open.insert(this);
    ++state_->refusing;
    prepare();
    keep_alive_ = false;
    version_11_ = true;
    auto r = text_response(503, cat("This agent serves ", state_->options.max_connections,
                                    " connections at once and all are taken. Try again later.\n"));
    r.headers.emplace_back("Retry-After", "1");
    send(std::move(r));
  }

  void on_reply(std::uint64_t serial, response r) {
    if (phase_ == phase::handling && serial == serial_) send(std::move(r));
  }

  void close_if_idle() override {
    if (phase_ == phase::idle) close();
  }

  // Without a word, so that the client cannot take a part for the whole: zero linger makes the system send a
  // reset.
  void abort() override {
    if (phase_ == phase::closed) return;
    if (phase_ == phase::writing && !refused_) ++state_->responses_cut;
    error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    close();
  }

 private:
  // idle: no byte of the next request yet; refused connections go from writing to lingering.
  enum class phase { idle, reading, handling, writing, lingering, closed };
  using parser = beast::http::request_parser<beast::http::string_body>;

  void prepare() {
    error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    const auto peer = socket_.remote_endpoint(ignored);
    peer_ = to_string(endpoint{peer.address().to_string(), peer.port()});
  }

  // ---- time: one timer, which is only moved when the new deadline is earlier than the pending one

  void set_deadline(nanoseconds from_now) {
    deadline_ = steady::now() + std::chrono::duration_cast<steady::duration>(from_now);
    if (!timer_armed_ || deadline_ < timer_.expiry()) arm_timer();
  }

  void arm_timer() {
    timer_armed_ = true;
    timer_.expires_at(deadline_);
    timer_.async_wait([self = shared_from_this()](error_code ec) {
      if (ec || self->phase_ == phase::closed) return;
      self->timer_armed_ = false;
      if (steady::now() < self->deadline_)
        self->arm_timer();
      else
        self->on_deadline();
    });
  }

  void on_deadline() {
    switch (phase_) {
    case phase::reading:
      return fail(408, "The request did not arrive in time.\n");
    case phase::handling:
      return fail(503, "The agent did not answer in time.\n");
    case phase::writing:
      return abort();
    default:
      return close();
    }
  }

  // ---- reading

  void begin_request() {
    phase_ = phase::idle;
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(header_limit_bytes));
    parser_->body_limit(body_limit_bytes);
    header_bytes_ = 0;
    continue_sent_ = false;
    version_11_ = true;
    keep_alive_ = false;
    head_ = false;
    gzip_ = false;
    ++serial_;
  }

  void read() {
    // What the parser leaves unread is an unfinished line: of the header, of a chunk's extension or of a
    // trailer.
    if (buffer_.size() > header_limit_bytes) return fail_parse(beast::http::error::header_limit);
    socket_.async_read_some(
        buffer_.prepare(read_bytes),
        [self = shared_from_this()](error_code ec, std::size_t n) { self->on_read(ec, n); });
  }

  void on_read(error_code ec, std::size_t n) {
    if (phase_ != phase::idle && phase_ != phase::reading) return; // the deadline was quicker
    if (ec) return close();
    buffer_.commit(n);
    parse();
  }

  void parse() {
    if (phase_ == phase::idle) {
      phase_ = phase::reading;
      set_deadline(state_->options.request_timeout);
    }
    error_code ec;
    do {
      const bool in_header = !parser_->is_header_done();
      parser_->eager(!in_header); // so that a call ends with the header, and its bytes can be counted
      const auto used = parser_->put(buffer_.data(), ec);
      buffer_.consume(used);
      if (ec && ec != beast::http::error::need_more) return fail_parse(ec);
      // The parser's own limit forgets the fields it has already taken over.
      if (in_header) header_bytes_ += used;
      if (header_bytes_ + (parser_->is_header_done() ? 0 : buffer_.size()) > header_limit_bytes)
        return fail_parse(beast::http::error::header_limit);
      if (parser_->is_done()) return dispatch();
    } while (!ec && buffer_.size() != 0);
    if (parser_->is_header_done() && !continue_sent_ && parser_->get().version() == 11 &&
        equal_ignoring_case(parser_->get()[beast::http::field::expect], "100-continue"))
      return send_continue();
    read();
  }

  void send_continue() {
    static constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
    continue_sent_ = true;
    asio::async_write(socket_, asio::buffer(line), [self = shared_from_this()](error_code ec, std::size_t n) {
      self->state_->bytes_sent += n;
      if (self->phase_ != phase::reading) return;
      if (ec) return self->close();
      self->read();
    });
  }

  void fail_parse(error_code ec) {
    using beast::http::error;
    if (ec == error::header_limit)
      fail(431, cat("The request's headers are longer than ", header_limit_bytes, " bytes.\n"));
    else if (ec == error::body_limit)
      fail(413, cat("The request's body is longer than ", body_limit_bytes, " bytes.\n"));
    else if (ec == error::bad_version)
      fail(505, "This server speaks HTTP/1.1 and HTTP/1.0.\n");
    else
      fail(400, cat("This is no HTTP request: ", ec.message(), ".\n"));
  }

  // For what ends the connection: after it the stream of requests cannot be trusted, or the client was too
  // slow.
  void fail(unsigned status, std::string text) {
    error_code ignored;
    socket_.cancel(ignored); // a read may be pending
    keep_alive_ = false;
    send(text_response(status, std::move(text)));
  }

  // ---- handling

  void dispatch() {
    auto message = parser_->release();
    version_11_ = message.version() == 11;
    keep_alive_ = message.keep_alive();
    head_ = message.method() == beast::http::verb::head;
    const auto hosts = message.count(beast::http::field::host);
    if (hosts > 1 || (version_11_ && hosts == 0))
      return fail(400, "An HTTP/1.1 request has exactly one Host header.\n");

    request_target target;
    if (!parse_target(message.target(), target)) return fail(400, "The request's target is malformed.\n");
    gzip_ = state_->options.gzip && accepts_gzip(joined(message, beast::http::field::accept_encoding));

    request r;
    r.method = std::string(message.method_string());
    r.path = std::move(target.path);
    r.query = std::move(target.query);
    r.accept = joined(message, beast::http::field::accept);
    r.body = std::move(message.body());
    r.peer = peer_;

    response refusal;
    const auto run = state_->routes.find(r.method, r.path, refusal);
    if (!run) return send(std::move(refusal));

    phase_ = phase::handling;
    set_deadline(state_->options.request_timeout);
    auto token = std::make_shared<reply_token>(weak_from_this(), serial_, socket_.get_executor());
    try {
      (*run)(std::move(r), [token = std::move(token)](response answer) { token->use(std::move(answer)); });
    } catch (...) {
      on_reply(serial_, text_response(500, "The agent failed to answer this request.\n"));
    }
  }

  static std::string joined(const parser::value_type& message, beast::http::field name) {
    std::string out;
    const auto found = message.equal_range(name);
    for (auto it = found.first; it != found.second; ++it)
      append_to(out, cat(out.empty() ? "" : ", ", std::string_view(it->value())));
    return out;
  }

  // ---- writing

  void send(response r) {
    phase_ = phase::writing;
    if (r.status < 200 || r.status > 599)
      r = text_response(500, "The agent made a response without a valid status.\n");
    try {
      begin_response(r);
    } catch (...) { // the source, or the memory for it
      body_.reset();
      r = text_response(500, "The agent failed to answer this request.\n");
      begin_response(r);
    }
    if (!refused_) ++state_->responses[r.status / 100 - 1];
    write();
  }

  // Fills header_ and makes the first piece. A body that fits into one piece so gets its length, compressed
  // or not.
  void begin_response(response& r) {
    if (state_->stopping) keep_alive_ = false;
    const bool bodyless = r.status == 204 || r.status == 304;
    const bool compressible = state_->options.gzip && !bodyless && is_compressible(r.content_type) &&
                              !has_header(r, "Content-Encoding");
    const bool compressed = compressible && gzip_;
    std::optional<std::size_t> length;
    if (!r.stream && !compressed) length = r.body.size();
    const auto status = r.status;

    body_.reset();
    piece_ = {};
    body_finished_ = true;
    const bool streamed = r.stream != nullptr;
    if (!bodyless && !head_) {
      body_.emplace(std::move(r.body), std::move(r.stream), compressed);
      piece_ = body_->next();
      body_finished_ = body_->finished();
      if (body_finished_ && (streamed || compressed)) length = piece_.size();
    }
    chunked_ = !bodyless && !length && version_11_;
    if (!bodyless && !length && !chunked_) keep_alive_ = false; // its end is the end of the connection

    header_.clear();
    header_ +=
        cat("HTTP/1.1 ", status, " ",
            std::string_view(beast::http::obsolete_reason(beast::http::int_to_status(status))), "\r\n");
    append_header(
        header_, "Date",
        http_date(std::chrono::duration_cast<std::chrono::seconds>(system_clock().unix_time()).count()));
    if (!r.content_type.empty()) append_header(header_, "Content-Type", r.content_type);
    if (compressed) append_header(header_, "Content-Encoding", "gzip");
    if (compressible) append_header(header_, "Vary", "Accept-Encoding");
    if (chunked_)
      append_header(header_, "Transfer-Encoding", "chunked");
    else if (length && !bodyless)
      append_header(header_, "Content-Length", std::to_string(*length));
    if (!keep_alive_)
      append_header(header_, "Connection", "close");
    else if (!version_11_)
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

  // One piece, with the header before the first one. The next is made when the system has taken this one.
  void write() {
    set_deadline(state_->options.request_timeout);
    std::string_view end;
    chunk_line_.clear();
    if (chunked_ && !head_) {
      if (!piece_.empty()) {
        std::array<char, 16> digits;
        const auto last = std::to_chars(digits.data(), digits.data() + digits.size(), piece_.size(), 16).ptr;
        chunk_line_.assign(digits.data(), last);
        chunk_line_ += "\r\n";
        end = body_finished_ ? "\r\n0\r\n\r\n" : "\r\n";
      } else if (body_finished_) {
        end = "0\r\n\r\n";
      }
    }
    const std::array<asio::const_buffer, 4> buffers{asio::buffer(header_), asio::buffer(chunk_line_),
                                                    asio::buffer(piece_), asio::buffer(end)};
    asio::async_write(socket_, buffers,
                      [self = shared_from_this()](error_code ec, std::size_t n) { self->on_written(ec, n); });
  }

  void on_written(error_code ec, std::size_t n) {
    state_->bytes_sent += n;
    if (phase_ != phase::writing) return; // cut meanwhile
    if (ec) return abort();
    header_.clear();
    if (body_finished_) return end_response();
    try {
      piece_ = body_->next();
      body_finished_ = body_->finished();
    } catch (...) {
      return abort();
    }
    write();
  }

  void end_response() {
    body_.reset();
    piece_ = {};
    if (!keep_alive_ || state_->stopping) return linger();
    begin_request();
    if (buffer_.size() != 0) return parse();
    set_deadline(state_->options.idle_timeout);
    read();
  }

  // ---- the end

  void linger() {
    phase_ = phase::lingering;
    error_code ec;
    socket_.shutdown(asio::socket_base::shutdown_send, ec);
    if (ec) return close();
    buffer_.consume(buffer_.size());
    set_deadline(linger_time);
    discard();
  }

  void discard() {
    socket_.async_read_some(buffer_.prepare(read_bytes),
                            [self = shared_from_this()](error_code ec, std::size_t) {
                              if (self->phase_ != phase::lingering) return;
                              if (ec) return self->close();
                              self->discard();
                            });
  }

  void close() {
    if (phase_ == phase::closed) return;
    phase_ = phase::closed;
    error_code ignored;
    timer_.cancel();
    socket_.close(ignored);
    state_->open.erase(this);
    if (refused_)
      --state_->refusing;
    else
      --state_->connections_current;
    if (state_->stopping && state_->open.empty() && state_->on_empty) state_->on_empty();
  }

  std::shared_ptr<shared_state> state_;
  tcp_socket socket_;
  loop_timer timer_;
  steady::time_point deadline_{};
  bool timer_armed_ = false;
  std::string peer_;
  phase phase_ = phase::idle;
  bool refused_ = false;
  std::uint64_t serial_ = 0; // of the request: a late reply to an earlier one is told apart by it

  beast::flat_buffer buffer_{header_limit_bytes + read_bytes};
  std::optional<parser> parser_;
  std::size_t header_bytes_ = 0;
  bool continue_sent_ = false;

  bool version_11_ = true;
  bool keep_alive_ = false;
  bool head_ = false;
  bool gzip_ = false; // the client takes it

  std::optional<body_pipeline> body_;
  std::string header_;
  std::string chunk_line_;
  std::string_view piece_;
  bool body_finished_ = true;
  bool chunked_ = false;
};

void reply_token::send(response r) {
  if (to_.expired()) return; // the io_context may be gone too
  // Only looked at on the loop's thread, so that the connection can never end on another one.
  asio::dispatch(loop_, [to = to_, serial = serial_, r = std::move(r)]() mutable {
    if (const auto c = to.lock()) c->on_reply(serial, std::move(r));
  });
}

} // namespace

void serve(std::shared_ptr<shared_state> state, tcp_socket socket) {
  const bool full = state->connections_current >= state->options.max_connections;
  if (full) ++state->connections_refused;
  if (full && state->refusing >= refusals_at_once) return;
  auto c = std::make_shared<connection>(std::move(state), std::move(socket));
  if (full)
    c->refuse();
  else
    c->start();
}

} // namespace reeve::http
