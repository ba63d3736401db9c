// SPDX-License-Identifier: Apache-2.0
#include "worker.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/plugin_host/module.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>

namespace reeve::plugin_host {

namespace {
constexpr std::size_t max_jobs = 8;
std::atomic<unsigned> abandoned_threads{0};
} // namespace

struct worker::shared {
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<std::function<void()>> jobs;
  bool running = false;   // a job is
  bool stop = false;      // end once the queue is empty
  bool returning = false; // the running job has only to return
};

result<worker> worker::create() {
  auto s = std::make_shared<shared>();
  try {
    return worker(s, std::thread([s] { run(s); }));
  } catch (const std::system_error& e) {
    return error{errc::limit, cat("cannot start a thread: ", e.what()), e.code().value()};
  }
}

void worker::run(const std::shared_ptr<shared>& s) {
  std::unique_lock lock(s->mutex);
  for (;;) {
    s->wake.wait(lock, [&] { return s->stop || !s->jobs.empty(); });
    if (s->jobs.empty()) return;
    auto job = std::move(s->jobs.front());
    s->jobs.pop_front();
    s->running = true;
    s->returning = false;
    lock.unlock();
    job();
    job = nullptr; // what it holds is released before the thread counts as idle
    lock.lock();
    s->running = false;
  }
}

worker::~worker() {
  if (!shared_) return;
  bool busy = false;
  {
    const std::scoped_lock lock(shared_->mutex);
    shared_->stop = true;
    busy = (shared_->running && !shared_->returning) || !shared_->jobs.empty();
  }
  shared_->wake.notify_one();
  if (busy) abandoned_threads.fetch_add(1);
  // On Windows a thread takes the system loader's lock on its way out and waits there for a library that hangs while it
  // is loaded; it has nothing of ours to do any more.
  if (busy || !module_being_loaded().empty())
    thread_.detach();
  else
    thread_.join();
}

bool worker::submit(std::function<void()> job) {
  {
    const std::scoped_lock lock(shared_->mutex);
    if (shared_->jobs.size() >= max_jobs) return false;
    shared_->jobs.push_back(std::move(job));
  }
  shared_->wake.notify_one();
  return true;
}

std::function<void()> worker::returning() const {
  return [s = shared_] {
    const std::scoped_lock lock(s->mutex);
    s->returning = true;
  };
}

unsigned worker::abandoned() noexcept {
  return abandoned_threads.load();
}

} // namespace reeve::plugin_host
