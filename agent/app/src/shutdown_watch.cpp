// SPDX-License-Identifier: Apache-2.0
#include "shutdown_watch.hpp"

#include "reeve/os/system_shutdown.hpp"

#include <utility>

namespace reeve::app {

shutdown_watch::shutdown_watch() : thread_([this] { run(); }) {}

shutdown_watch::~shutdown_watch() {
  {
    const std::scoped_lock lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void shutdown_watch::look() {
  {
    const std::scoped_lock lock(mutex_);
    is_wanted_ = true;
  }
  changed_.notify_one();
}

void shutdown_watch::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_wanted_ || is_over_; });
    if (is_over_) return;
    is_wanted_ = false;
    lock.unlock();
    if (os::system_is_shutting_down()) is_going_down_ = true;
    lock.lock();
  }
}

} // namespace reeve::app
