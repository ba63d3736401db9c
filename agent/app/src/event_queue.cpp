// SPDX-License-Identifier: Apache-2.0
#include "event_queue.hpp"

#include "reeve/plugin.h"

#include <algorithm>

namespace reeve::app {

event_queue::event_queue(std::function<void()> wake) : wake_(std::move(wake)) {}

bool event_queue::push(plugin_host::event&& e) {
  bool was_empty = false;
  {
    const std::scoped_lock lock(mutex_);
    if (events_.size() >= max_events) {
      ++counters_.dropped;
      return false;
    }
    was_empty = events_.empty();
    ++counters_.raised[{severity_name(e.severity), e.source}];
    events_.push_back(std::move(e));
  }
  if (was_empty) wake_();
  return true;
}

std::deque<plugin_host::event> event_queue::take() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(events_, {});
}

event_queue::counters event_queue::count() const {
  const std::scoped_lock lock(mutex_);
  return counters_;
}

const char* severity_name(std::uint32_t severity) noexcept {
  static constexpr const char* names[] = {"trace", "debug", "info", "warn", "error", "fatal"};
  return names[std::min<std::uint32_t>(severity, REEVE_FATAL)];
}

} // namespace reeve::app
