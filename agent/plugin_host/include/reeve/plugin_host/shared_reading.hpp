// SPDX-License-Identifier: Apache-2.0
// One reading of a table of the system for everyone who asks for it in a tick.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"
#include "reeve/base/strings.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace reeve::plugin_host {

// Of the readings of one table, for the metrics.
struct table_stats {
  nanoseconds last_duration{0};
  std::uint64_t rows = 0; // of the last one
  std::uint64_t readings_total = 0;
  std::string backend; // empty: never read
};

// Reading is default-made, filled, and from then on only read; it has the members `generation`, `mono_time` and
// `unix_time`, which are set here. Wish says what of the table a subscriber wants: add(other) widens it to cover both,
// covers(other) tells whether a reading made for it serves the other too.
template <class Reading, class Wish>
class shared_reading { // safe from any thread
 public:
  using subscriber = const void*; // any stable address
  // Reads the table, on the thread of whoever asked, one at a time.
  using make = std::function<result<>(const Wish& all, Reading& out)>;

  // `table` is for messages: "process table".
  shared_reading(const clock& time, std::string table, make m)
      : time_(time), table_(std::move(table)), make_(std::move(m)) {}

  // What a subscriber wants from now on. forget() when it is gone.
  void want(subscriber who, Wish wish) {
    const std::scoped_lock lock(state_);
    wishes_[who] = std::move(wish);
  }
  void forget(subscriber who) {
    const std::scoped_lock lock(state_);
    wishes_.erase(who);
  }

  // Runs `body`, which uses the table itself, while nobody reads it. timed_out as read() is.
  template <class Body>
  auto alone(nanoseconds deadline, Body&& body) -> decltype(body()) {
    const turn mine(*this, std::max(deadline - time_.mono(), nanoseconds{0}));
    if (!mine.taken()) return busy();
    return body();
  }

  // A reading that began at `not_before` or later: the last one, or a new one made on this thread. timed_out when
  // another thread's reading did not finish before `deadline` (both on the clock's mono()).
  result<std::shared_ptr<const Reading>> read(subscriber who, nanoseconds not_before, nanoseconds deadline) {
    const turn mine(*this, std::max(deadline - time_.mono(), nanoseconds{0}));
    if (!mine.taken()) return busy();
    Wish all;
    std::uint64_t generation = 1;
    {
      const std::scoped_lock lock(state_);
      if (last_ && last_->mono_time >= not_before && last_wish_.covers(wishes_[who])) return last_;
      if (last_) generation = last_->generation + 1;
      for (const auto& [who_else, wish] : wishes_)
        all.add(wish);
    }
    std::shared_ptr<Reading> out = spare();
    out->mono_time = time_.mono();
    out->unix_time = time_.unix_time();
    out->generation = generation;
    if (auto made = make_(all, *out); !made) return made.error();
    const std::scoped_lock lock(state_);
    last_ = out;
    last_wish_ = std::move(all);
    return last_;
  }

 private:
  error busy() const {
    return {errc::timed_out, cat("the ", table_, " is being read by another plugin and that takes too long")};
  }

  // Whoever has the turn owns the table for a whole reading.
  class turn {
   public:
    turn(shared_reading& s, nanoseconds patience) : shared_(s) {
      std::unique_lock lock(s.state_);
      taken_ = s.turn_over_.wait_for(lock, patience, [&s] { return !s.turn_taken_; });
      if (taken_) s.turn_taken_ = true;
    }
    ~turn() {
      if (!taken_) return;
      {
        const std::scoped_lock lock(shared_.state_);
        shared_.turn_taken_ = false;
      }
      shared_.turn_over_.notify_one();
    }
    turn(const turn&) = delete;
    bool taken() const noexcept { return taken_; }

   private:
    shared_reading& shared_;
    bool taken_ = false;
  };

  // A reading that nobody else holds, or a new one. At most as many as there are readers, and two: the last and the
  // next. Taking it counts one holder more, in libstdc++ and in Microsoft's library with an acquiring increment: what
  // its last holder read of it was read before it is filled again.
  std::shared_ptr<Reading> spare() {
    for (const auto& one : pool_)
      if (one.use_count() == 1) return one;
    return pool_.emplace_back(std::make_shared<Reading>());
  }

  const clock& time_;
  std::string table_;
  make make_;
  std::vector<std::shared_ptr<Reading>> pool_; // of whoever has the turn

  std::mutex state_; // short; guards the rest
  // Not a std::timed_mutex: GCC 12's thread sanitizer does not know the call behind try_lock_for().
  bool turn_taken_ = false;
  std::condition_variable turn_over_;
  std::map<subscriber, Wish> wishes_;
  std::shared_ptr<const Reading> last_;
  Wish last_wish_;
};

} // namespace reeve::plugin_host
