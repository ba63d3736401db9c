// SPDX-License-Identifier: Apache-2.0
#include "signals.hpp"

#include <csignal>
#include <utility>

namespace reeve::app {

signals::signals(boost::asio::io_context& loop, std::function<void(int)> stop, std::function<void()> reload)
    : stop_(loop, SIGINT, SIGTERM), reload_(loop), on_stop_(std::move(stop)), on_reload_(std::move(reload)) {
#if defined(SIGBREAK)
  stop_.add(SIGBREAK);
#endif
#if defined(SIGHUP)
  reload_.add(SIGHUP);
#endif
#if defined(SIGPIPE)
  std::signal(SIGPIPE, SIG_IGN); // a log on a closed pipe is an error to be counted, not the end
#endif
  wait_stop();
  wait_reload();
}

void signals::wait_stop() {
  stop_.async_wait([this](const boost::system::error_code& cancelled, int number) {
    if (cancelled) return;
    on_stop_(number);
    wait_stop();
  });
}

void signals::wait_reload() {
  reload_.async_wait([this](const boost::system::error_code& cancelled, int) {
    if (cancelled) return;
    on_reload_();
    wait_reload();
  });
}

void signals::cancel() {
  stop_.cancel();
  reload_.cancel();
}

} // namespace reeve::app
