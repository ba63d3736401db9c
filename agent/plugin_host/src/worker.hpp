// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"

#include <functional>
#include <memory>
#include <thread>

namespace reeve::plugin_host {

// One thread that runs jobs in order.
class worker {
 public:
  static result<worker> create();
  worker(worker&&) noexcept = default;
  worker& operator=(worker&&) = delete;
  // Joins the thread when it is between jobs or its job is returning; otherwise lets it go and counts it as abandoned.
  // While some library is being loaded it lets an idle thread go too, uncounted.
  ~worker();

  // False when the queue (8 jobs) is full.
  bool submit(std::function<void()> job);
  // Called inside a job that has only to return: says that the thread may be joined. Outlives the worker.
  std::function<void()> returning() const;

  static unsigned abandoned() noexcept;

 private:
  struct shared;
  worker(std::shared_ptr<shared> s, std::thread t) : shared_(std::move(s)), thread_(std::move(t)) {}
  static void run(const std::shared_ptr<shared>& s);

  std::shared_ptr<shared> shared_;
  std::thread thread_;
};

} // namespace reeve::plugin_host
