// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/plugin_host/services.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace reeve::app {

// Plugins' events on their way to the loop. Bounded: what does not fit is dropped and counted.
class event_queue {
 public:
  static constexpr std::size_t max_events = 1024;

  struct counters {
    std::map<std::pair<std::string, std::string>, std::uint64_t> raised; // by severity and source
    std::uint64_t dropped = 0;
  };

  // `wake` is called when the queue was empty, on the raising thread.
  explicit event_queue(std::function<void()> wake);

  bool push(plugin_host::event&& e); // any thread; false: full
  std::deque<plugin_host::event> take();
  counters count() const;

 private:
  std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::deque<plugin_host::event> events_;
  counters counters_;
};

const char* severity_name(std::uint32_t severity) noexcept;

} // namespace reeve::app
