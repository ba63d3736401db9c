// SPDX-License-Identifier: Apache-2.0
#include "service_bridge.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/system_shutdown.hpp"

#include <boost/asio/post.hpp>

#include <chrono>
#include <utility>

namespace reeve::app {

namespace {

constexpr auto asked_again_after = std::chrono::seconds(1);
constexpr nanoseconds time_asked_for = std::chrono::seconds(10);

} // namespace

service_bridge::service_bridge(boost::asio::io_context& loop, os::service_host& host,
                               std::function<void(std::string_view)> stop, std::function<void()> reload)
    : host_(host), stop_(std::move(stop)), reload_(std::move(reload)), next_ping_(loop), next_ask_(loop) {
  host_.take_requests([this, &loop](os::service_request request) {
    boost::asio::post(loop, [this, request] {
      if (request == os::service_request::reload)
        reload_();
      else
        stop_(os::system_is_shutting_down() ? "the machine shuts down" : "asked by the service manager");
    });
  });
}

service_bridge::~service_bridge() {
  host_.take_requests({});
}

void service_bridge::ready() {
  host_.ready();
  host_.status("serving");
  ping();
}

void service_bridge::reloading() {
  if (!is_stopping_) host_.reloading();
}

void service_bridge::reloaded(bool ok) {
  if (is_stopping_) return;
  host_.ready();
  host_.status(ok ? "serving" : "serving; the configuration on disk was refused, see the log");
}

void service_bridge::stopping(std::string_view why) {
  is_stopping_ = true;
  host_.status(cat("stopping: ", why));
  ask_for_time();
}

void service_bridge::stopped(int exit_status) {
  host_.stopped(exit_status);
}

void service_bridge::ping() {
  const nanoseconds interval = host_.ping_interval();
  if (interval == nanoseconds::zero()) return;
  host_.ping();
  next_ping_.expires_after(interval);
  next_ping_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) ping();
  });
}

void service_bridge::ask_for_time() {
  host_.stopping(time_asked_for);
  next_ask_.expires_after(asked_again_after);
  next_ask_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) ask_for_time();
  });
}

} // namespace reeve::app
