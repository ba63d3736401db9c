// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace reeve::os {

// So many threads that run and do nothing, from the end of the constructor to the destructor.
// Not std::latch: built with mingw-w64's gcc 12 its wait now and then never returns.
class waiting_threads {
 public:
  explicit waiting_threads(int count) {
    for (int i = 0; i < count; ++i)
      threads_.emplace_back([this] { wait_for_end(); });
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return running_ == count; });
  }
  ~waiting_threads() {
    {
      const std::lock_guard lock(mutex_);
      end_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_)
      thread.join();
  }
  waiting_threads(const waiting_threads&) = delete;
  waiting_threads& operator=(const waiting_threads&) = delete;

 private:
  void wait_for_end() {
    std::unique_lock lock(mutex_);
    ++running_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return end_; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int running_ = 0;
  bool end_ = false;
  std::vector<std::thread> threads_;
};

} // namespace reeve::os
