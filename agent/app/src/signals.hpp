// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <functional>

namespace reeve::app {

// Stop: SIGINT and SIGTERM, Ctrl+C and Ctrl+Break. Reload: SIGHUP where there is one.
class signals {
 public:
  signals(boost::asio::io_context& loop, std::function<void(int)> stop, std::function<void()> reload);
  void cancel();

 private:
  void wait_stop();
  void wait_reload();

  boost::asio::signal_set stop_, reload_;
  std::function<void(int)> on_stop_;
  std::function<void()> on_reload_;
};

} // namespace reeve::app
