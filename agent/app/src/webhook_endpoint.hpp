// SPDX-License-Identifier: Apache-2.0
// The webhook: its route, its events, and the way of its alerts to whoever acts on them. Loop thread only.
#pragma once

#include "event_router.hpp"

#include "reeve/config/settings.hpp"
#include "reeve/http/server.hpp"
#include "reeve/telemetry/log.hpp"
#include "reeve/webhook/credentials.hpp"
#include "reeve/webhook/intake.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace reeve::app {

class webhook_endpoint {
 public:
  // Gets each alert that was mapped: those that are resolved at once, those that fire in their order. False: not now; it is
  // offered again a second later, and those behind it wait.
  using taker = std::function<bool(const webhook::delivery&)>;

  webhook_endpoint(boost::asio::io_context& loop, const clock& time, event_router& events, logger& log,
                   taker take);

  // Brings these settings into force. What waits and what has been seen stays.
  void apply(const config::settings& settings, http::server& server);
  void cancel(); // what waits stays where it is, and what comes is answered with 503

  bool has_been_configured() const noexcept { return intake_ != nullptr; }
  const std::map<unsigned, std::uint64_t>& requests() const noexcept { return requests_; } // by status
  const webhook::intake& intake() const noexcept { return *intake_; } // once it has been configured

 private:
  http::response answer(const http::request& request);
  std::optional<http::response> admit(const http::request& request);
  void log_refusal(const std::string& peer, std::string reason);
  void offer_soon();
  void offer();
  void tell(const webhook::delivery& d);

  boost::asio::io_context& loop_;
  const clock& time_;
  event_router& events_;
  logger& log_;
  taker take_;
  boost::asio::steady_timer again_;
  std::unique_ptr<webhook::intake> intake_;
  std::unique_ptr<webhook::credentials> credentials_;
  std::string path_; // empty: no route
  std::map<unsigned, std::uint64_t> requests_;
  bool is_offering_ = false;
  bool is_cancelled_ = false;
};

} // namespace reeve::app
