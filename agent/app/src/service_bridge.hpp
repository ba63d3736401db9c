// SPDX-License-Identifier: Apache-2.0
// The service manager and the event loop: what the manager asks is handed to the loop, and the loop itself says that it is
// alive, so that a loop that hangs is missed. Loop thread only.
#pragma once

#include "reeve/os/service_host.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <string_view>

namespace reeve::app {

class service_bridge {
 public:
  // `host` outlives the bridge. `stop` gets the reason. Both are called on the loop.
  service_bridge(boost::asio::io_context& loop, os::service_host& host,
                 std::function<void(std::string_view)> stop, std::function<void()> reload);
  ~service_bridge(); // takes no request any more

  void ready(); // the configuration is in force and /metrics is served: pings begin
  void reloading();
  void reloaded(bool ok);
  void
  stopping(std::string_view why); // more time is asked for, again and again, for as long as the loop turns
  void stopped(int exit_status);

 private:
  void ping();
  void ask_for_time();

  os::service_host& host_;
  const std::function<void(std::string_view)> stop_;
  const std::function<void()> reload_;
  boost::asio::steady_timer next_ping_, next_ask_;
  bool is_stopping_ = false;
};

} // namespace reeve::app
