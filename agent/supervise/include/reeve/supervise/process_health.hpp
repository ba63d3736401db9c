// SPDX-License-Identifier: Apache-2.0
// All health checks of one process: asks when they say so, and knows what they say together. One thread: the one that
// the answers come on.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/supervise/health_check.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace reeve::supervise {

// Asks once and calls `done` once, later, on the same thread; it keeps `timeout` itself. Not called again before that. An
// answer that comes when nobody waits for it any more is thrown away.
using ask_health = std::function<void(nanoseconds timeout, std::function<void(probe_answer)> done)>;

struct named_check {
  std::string name;
  health_limits limits;
  ask_health ask;
};

class process_health {
 public:
  // `answered` is called after each answer: state() and next_wake() may have changed. It must not end this object.
  process_health(const clock& time, std::vector<named_check> checks, std::function<void()> answered);
  ~process_health();
  process_health(const process_health&) = delete;
  process_health& operator=(const process_health&) = delete;

  void begin(); // the process was started; call advance() then
  void end();   // it has ended, or is asked to

  void advance();                               // at next_wake(), or later
  std::optional<nanoseconds> next_wake() const; // monotonic time

  // healthy: all are, or there are none. unhealthy: any is.
  health_state state() const;

  struct status {
    std::string name;
    const health_check& check;
  };
  std::vector<status> checks() const; // in the order given; refers to this object

 private:
  struct entry {
    named_check named;
    health_check check;
  };

  const clock& time_;
  std::vector<entry> entries_;
  std::function<void()> answered_;
  std::shared_ptr<process_health*> self_; // what answers find their way by
};

} // namespace reeve::supervise
