// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace reeve::app {

// Whether the system shuts down, for one who must not wait for the answer: the question may take half a second. It is asked
// on a thread of its own when somebody wants to know, and the next one gets the answer.
class shutdown_watch {
 public:
  shutdown_watch();
  ~shutdown_watch(); // joins
  shutdown_watch(const shutdown_watch&) = delete;

  void look(); // asks, unless that is under way
  bool is_going_down() const noexcept { return is_going_down_; }

 private:
  void run();

  std::atomic<bool> is_going_down_ = false;
  std::mutex mutex_; // guards the two below
  bool is_wanted_ = false;
  bool is_over_ = false;
  std::condition_variable changed_;
  std::thread thread_;
};

} // namespace reeve::app
