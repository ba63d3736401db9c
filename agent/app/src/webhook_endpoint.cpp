// SPDX-License-Identifier: Apache-2.0
#include "webhook_endpoint.hpp"

#include "reeve/base/strings.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace reeve::app {

namespace {

constexpr auto offer_pause = std::chrono::seconds(1);
constexpr const char* retry_seconds = "5"; // of what is answered with 503
constexpr std::size_t longest_labels = 1000;
constexpr std::string_view json_type = "application/json";

// With or without parameters. Other types a browser lets a page post to any address without asking there first.
bool is_json(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find_first_of("; "));
  return std::ranges::equal(type, json_type, {},
                            [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; });
}

// "127.0.0.1" of "127.0.0.1:51034": the port is another one each time, and equal lines of the log are counted.
std::string host_of(const std::string& peer) {
  return peer.substr(0, peer.rfind(':'));
}

http::response text(unsigned status, std::string body) {
  http::response out;
  out.status = status;
  out.content_type = "text/plain; charset=utf-8";
  out.body = std::move(body);
  return out;
}

http::response later(std::string body) {
  http::response out = text(503, std::move(body));
  out.headers.emplace_back("Retry-After", retry_seconds);
  return out;
}

std::string to_text(const webhook::labels& all) {
  std::string whole, out;
  for (const auto& [name, value] : all)
    whole += cat(whole.empty() ? "" : ", ", name, "=\"", value, "\"");
  append_utf8(out, whole, longest_labels);
  return out;
}

} // namespace

webhook_endpoint::webhook_endpoint(boost::asio::io_context& loop, const clock& time, event_router& events,
                                   logger& log, taker take)
    : loop_(loop), time_(time), events_(events), log_(log), take_(std::move(take)), again_(loop) {
  for (const unsigned status : {200u, 400u, 401u, 408u, 411u, 413u, 415u, 429u, 503u})
    requests_[status];
}

void webhook_endpoint::apply(const config::settings& settings, http::server& server) {
  if (!path_.empty()) server.unroute("POST", path_);
  path_.clear();
  if (!settings.webhook) return;
  const config::webhook_settings& w = *settings.webhook;
  if (intake_)
    intake_->apply(w);
  else
    intake_ = std::make_unique<webhook::intake>(w, time_);
  credentials_ = std::make_unique<webhook::credentials>(w);
  path_ = w.path;
  http::route_options options;
  options.max_body_bytes = w.max_body;
  options.needs_body = true;
  options.requests_per_second = w.rate;
  options.burst = w.burst;
  options.admit = [this](const http::request& request) { return admit(request); };
  options.answered = [this](unsigned status, const std::string& peer, const std::string& refusal) {
    ++requests_[status];
    if (status < 400 || status == 401) return; // admit() knows more than the sender is told
    log_refusal(peer, refusal.substr(0, refusal.find('\n')));
  };
  server.route(
      "POST", path_,
      [this](const http::request& request, const http::reply& reply) { reply(answer(request)); },
      std::move(options));
}

void webhook_endpoint::cancel() {
  is_cancelled_ = true;
  again_.cancel();
}

std::optional<http::response> webhook_endpoint::admit(const http::request& request) {
  if (credentials_->accept(request.authorization)) {
    if (is_json(request.content_type)) return std::nullopt;
    return text(415, cat("This path takes bodies of the Content-Type ", json_type, " only.\n"));
  }
  const bool has_none = request.authorization.empty();
  log_refusal(request.peer, has_none ? "no credentials" : "wrong credentials");
  http::response out = text(401, "This path wants the credentials that [webhook] names.\n");
  out.headers.emplace_back("WWW-Authenticate", credentials_->challenge());
  return out;
}

http::response webhook_endpoint::answer(const http::request& request) {
  if (is_cancelled_) return later("The agent is being stopped. Try again later.\n");
  webhook::answer a = intake_->receive(request.body);
  offer_soon(); // of a body that is refused the resolved ones may have been taken
  return a.status == 503 ? later(std::move(a.text)) : text(a.status, std::move(a.text));
}

void webhook_endpoint::log_refusal(const std::string& peer, std::string reason) {
  log_.write(log_level::warn, "webhook", "refused", {{"peer", host_of(peer)}, {"reason", std::move(reason)}});
}

// One at each turn of the loop, so that a thousand alerts hold up nobody.
void webhook_endpoint::offer_soon() {
  if (is_offering_ || is_cancelled_ || !intake_->front()) return;
  is_offering_ = true;
  boost::asio::post(loop_, [this] {
    is_offering_ = false;
    offer();
  });
}

void webhook_endpoint::offer() {
  if (is_cancelled_) return;
  webhook::delivery* const next = intake_->front();
  if (!next) return;
  if (!std::exchange(next->is_told, true)) tell(*next);
  if (take_(*next)) {
    intake_->pop_front();
    return offer_soon();
  }
  is_offering_ = true;
  again_.expires_after(offer_pause);
  again_.async_wait([this](boost::system::error_code ec) {
    if (ec) return;
    is_offering_ = false;
    offer();
  });
}

void webhook_endpoint::tell(const webhook::delivery& d) {
  const webhook::alert& a = d.what;
  events_.report(a.is_resolved ? events::alert_resolved : events::alert_received,
                 {{"mapping", d.mapping.empty() ? "no table any more" : d.mapping},
                  {"alertname", std::string(webhook::value_of(a.all_labels, "alertname"))},
                  {"fingerprint", a.fingerprint},
                  {"labels", to_text(a.all_labels)}});
}

} // namespace reeve::app
