// SPDX-License-Identifier: Apache-2.0
#include "negotiation.hpp"
#include "probe_attempt.hpp"
#include "probe_response.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/os/tls_client.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <utility>

namespace reeve::http {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr unsigned http_port = 80, https_port = 443;

// Without the zone of an IPv6 address, which means something on this machine only (RFC 6874, 3).
std::string without_zone(const std::string& host) {
  return host.substr(0, host.find('%'));
}

std::string host_header(const http_probe_options& o) {
  if (!o.host.empty()) return o.host;
  const endpoint shown{without_zone(o.to.host), o.to.port};
  const std::string text = to_string(shown);
  const unsigned usual = o.tls ? https_port : http_port;
  return o.to.port == usual ? text.substr(0, text.rfind(':')) : text;
}

std::string request_text(const http_probe_options& o) {
  std::string out = cat(o.head ? "HEAD " : "GET ", o.target, " HTTP/1.1\r\nHost: ", host_header(o), "\r\n");
  bool names_agent = false;
  for (const auto& [name, value] : o.headers) {
    names_agent |= equal_ignoring_case(name, "User-Agent");
    append_to(out, cat(name, ": ", value, "\r\n"));
  }
  if (!names_agent) append_to(out, "User-Agent: reeve\r\n");
  append_to(out, "Connection: close\r\n\r\n");
  return out;
}

// What all questions of a probe share. Questions hold it, so that they may outlive the probe.
struct http_question {
  http_probe_options options;
  probe_expectation expected;
  std::string request;
  std::unique_ptr<os::tls_client> tls; // made with the first question that needs it and can make it
};

class http_attempt final : public probe_attempt {
 public:
  http_attempt(asio::io_context& loop, std::shared_ptr<http_question> question, nanoseconds timeout,
               done answer)
      : probe_attempt(loop, question->options.to, timeout, std::move(answer)), question_(std::move(question)),
        response_(question_->expected) {}

 private:
  void connected() override {
    error_code ignored;
    socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    if (!question_->options.tls) {
      send(question_->request);
      return read();
    }
    if (const auto begun = begin_tls(); !begun) return finish(false, begun.error().message);
    take({});
    if (!is_over()) read();
  }

  std::string missing() const override {
    if (session_ && !session_->is_open()) return "did not end the TLS handshake";
    return response_.missing();
  }

  result<> begin_tls() {
    const http_probe_options& o = question_->options;
    if (!question_->tls) {
      auto made = os::tls_client::create({o.verify_tls, o.ca_file});
      if (!made) return made.error();
      question_->tls = *std::move(made);
    }
    auto session = question_->tls->connect(o.host.empty() ? without_zone(o.to.host) : o.host);
    if (!session) return session.error();
    session_ = *std::move(session);
    return {};
  }

  void read() {
    socket().async_read_some(asio::buffer(bytes_),
                             [self = shared_from_this(), this](error_code ec, std::size_t n) {
                               if (is_over()) return;
                               if (ec) return on_end();
                               take({bytes_.data(), n});
                               if (!is_over()) read();
                             });
  }

  void take(std::string_view bytes) {
    if (!session_) return judge(bytes);
    const bool was_open = session_->is_open();
    std::string plain;
    const auto received = session_->receive(bytes, plain);
    if (!received) return finish(false, cat(peer(), ": ", received.error().message));
    if (!was_open && session_->is_open()) {
      if (const auto written = session_->write(question_->request); !written)
        return finish(false, cat(peer(), ": ", written.error().message));
    }
    send(session_->take_output());
    judge(plain);
    if (session_->has_ended() && !is_over()) on_end();
  }

  void judge(std::string_view plain) {
    if (auto known = response_.received(plain)) finish(known->passed, std::move(known->text));
  }

  void on_end() {
    if (session_ && !session_->is_open())
      return finish(false, cat(peer(), " closed the connection within the TLS handshake"));
    probe_answer known = response_.ended();
    finish(known.passed, std::move(known.text));
  }

  // What cannot be sent shows in what is read.
  void send(std::string bytes) {
    waiting_ += bytes;
    if (!sending_.empty() || waiting_.empty()) return;
    sending_.swap(waiting_);
    asio::async_write(socket(), asio::buffer(sending_),
                      [self = shared_from_this(), this](error_code ec, std::size_t) {
                        sending_.clear();
                        if (!ec && !is_over()) send({});
                      });
  }

  std::shared_ptr<http_question> question_;
  probe_response response_;
  std::unique_ptr<os::tls_session> session_; // null without TLS
  std::array<char, 16 * 1024> bytes_;
  std::string sending_;
  std::string waiting_; // to be sent after that
};

using http_probe = probe_of<http_attempt, std::shared_ptr<http_question>>;

} // namespace

result<std::unique_ptr<probe>> make_http_probe(asio::io_context& loop, http_probe_options options) {
  auto expected = probe_expectation::create(options);
  if (!expected) return expected.error();
  auto question = std::make_shared<http_question>();
  question->request = request_text(options);
  question->options = std::move(options);
  question->expected = *std::move(expected);
  return std::unique_ptr<probe>(std::make_unique<http_probe>(loop, std::move(question)));
}

} // namespace reeve::http
