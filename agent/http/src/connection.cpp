// SPDX-License-Identifier: Apache-2.0
#include "connection.hpp"

#include "reeve/base/strings.hpp"
#include "request_reader.hpp"
#include "response_writer.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <chrono>

namespace reeve::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using steady = std::chrono::steady_clock;
using loop_timer = asio::basic_waitable_timer<steady, asio::wait_traits<steady>, loop_executor>;

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
      return fail({408, "The request did not arrive in time.\n"});
    case phase::handling:
      return fail({503, "The agent did not answer in time.\n"});
    case phase::writing:
      return abort();
    default:
      return close();
    }
  }

  // ---- reading

  void begin_request() {
    phase_ = phase::idle;
    reader_.begin();
    target_ = nullptr;
    terms_ = {};
    ++serial_;
  }

  void read() {
    request_refusal refusal;
    if (!reader_.may_read_more(refusal)) return fail(std::move(refusal));
    socket_.async_read_some(
        reader_.room(), [self = shared_from_this()](error_code ec, std::size_t n) { self->on_read(ec, n); });
  }

  void on_read(error_code ec, std::size_t n) {
    if (phase_ != phase::idle && phase_ != phase::reading) return; // the deadline was quicker
    if (ec) return close();
    reader_.received(n);
    parse();
  }

  void parse() {
    if (phase_ == phase::idle) {
      phase_ = phase::reading;
      set_deadline(state_->options.request_timeout);
    }
    request_refusal refusal;
    switch (reader_.parse(refusal)) {
    case request_reader::step::read_more:
      return read();
    case request_reader::step::head:
      return admit();
    case request_reader::step::send_continue:
      return send_continue();
    case request_reader::step::complete:
      return dispatch();
    case request_reader::step::refused:
      return fail(std::move(refusal));
    }
  }

  void send_continue() {
    static constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(socket_, asio::buffer(line), [self = shared_from_this()](error_code ec, std::size_t n) {
      self->state_->bytes_sent += n;
      if (self->phase_ != phase::reading) return;
      if (ec) return self->close();
      self->read();
    });
  }

  // For what ends the connection: after it the stream of requests cannot be trusted, or the client was too
  // slow.
  void fail(request_refusal refusal) {
    error_code ignored;
    socket_.cancel(ignored); // a read may be pending
    terms_.keep_alive = false;
    send(text_response(refusal.status, std::move(refusal.text)));
  }

  // ---- handling

  // Of a request whose head is there: whether its body is to be read.
  void admit() {
    request_refusal bad;
    request_ = {};
    if (!reader_.take_head(request_, terms_, bad)) return fail(std::move(bad));
    request_.peer = peer_;

    response refusal;
    target_ = state_->routes.find(request_.method, request_.path, refusal);
    if (!target_) return decline(std::move(refusal));
    const route_options& options = target_->options;
    try {
      if (options.admit)
        if (auto answer = options.admit(request_)) return decline(*std::move(answer));
    } catch (...) {
      return decline(text_response(500, "The agent failed to answer this request.\n"));
    }
    if (!target_->allowance.take(steady::now().time_since_epoch())) return decline(too_often());
    if (options.needs_body && !reader_.is_body_announced())
      return decline(text_response(411, "This path wants a body, with its Content-Length or in chunks.\n"));
    if (!reader_.limit_body(options.max_body_bytes, bad)) return fail(std::move(bad));
    parse();
  }

  // Without the body, whose bytes would be taken for the next request.
  void decline(response r) {
    if (reader_.body_follows()) terms_.keep_alive = false;
    send(std::move(r));
  }

  response too_often() const {
    const auto wait = std::chrono::ceil<std::chrono::seconds>(target_->allowance.wait());
    auto r = text_response(429, "This path was asked too often. Try again later.\n");
    r.headers.emplace_back("Retry-After", std::to_string(std::max<std::int64_t>(wait.count(), 1)));
    return r;
  }

  void dispatch() {
    request_.body = reader_.take_body();
    phase_ = phase::handling;
    set_deadline(state_->options.request_timeout);
    const auto target = target_; // the handler may replace it
    auto token = std::make_shared<reply_token>(weak_from_this(), serial_, socket_.get_executor());
    try {
      target->run(std::move(request_),
                  [token = std::move(token)](response answer) { token->use(std::move(answer)); });
    } catch (...) {
      on_reply(serial_, text_response(500, "The agent failed to answer this request.\n"));
    }
  }

  // ---- writing

  void send(response r) {
    phase_ = phase::writing;
    if (r.status < 200 || r.status > 599)
      r = text_response(500, "The agent made a response without a valid status.\n");
    std::string refusal = r.status >= 400 ? r.body : std::string();
    try {
      begin_response(r);
    } catch (...) { // the source, or the memory for it
      writer_.end();
      r = text_response(500, "The agent failed to answer this request.\n");
      begin_response(r);
    }
    if (!refused_) ++state_->responses[r.status / 100 - 1];
    if (target_ && target_->options.answered) target_->options.answered(r.status, peer_, refusal);
    write();
  }

  void begin_response(response& r) {
    if (state_->stopping) terms_.keep_alive = false;
    writer_.begin(r, terms_, state_->options.gzip);
  }

  // One piece, with the header before the first one. The next is made when the system has taken this one.
  void write() {
    set_deadline(state_->options.request_timeout);
    asio::async_write(socket_, writer_.buffers(),
                      [self = shared_from_this()](error_code ec, std::size_t n) { self->on_written(ec, n); });
  }

  void on_written(error_code ec, std::size_t n) {
    state_->bytes_sent += n;
    if (phase_ != phase::writing) return; // cut meanwhile
    if (ec) return abort();
    if (writer_.finished()) return end_response();
    try {
      writer_.next();
    } catch (...) {
      return abort();
    }
    write();
  }

  void end_response() {
    writer_.end();
    if (!terms_.keep_alive || state_->stopping) return linger();
    begin_request();
    if (reader_.has_bytes()) return parse();
    set_deadline(state_->options.idle_timeout);
    read();
  }

  // ---- the end

  void linger() {
    phase_ = phase::lingering;
    error_code ec;
    socket_.shutdown(asio::socket_base::shutdown_send, ec);
    if (ec) return close();
    reader_.drop_bytes();
    set_deadline(linger_time);
    discard();
  }

  void discard() {
    socket_.async_read_some(reader_.room(), [self = shared_from_this()](error_code ec, std::size_t) {
      if (self->phase_ != phase::lingering) return;
      if (ec) return self->close();
      self->discard();
    });
  }

  void close() {
    if (phase_ == phase::closed) return;
    phase_ = phase::closed;
    target_ = nullptr; // it may refer to what dies together with the server
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

  request_reader reader_;
  request request_;
  std::shared_ptr<route_target> target_; // of the request, once its head is there
  response_terms terms_;
  response_writer writer_;
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
