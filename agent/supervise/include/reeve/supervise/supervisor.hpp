// SPDX-License-Identifier: Apache-2.0
// Starts the managed processes, hears of their ends, and does what managed_process says. One thread: the one that its
// posted work runs on.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/process_id.hpp"
#include "reeve/config/settings.hpp"
#include "reeve/os/child_process.hpp"
#include "reeve/supervise/managed_process.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::supervise {

enum class process_change : std::uint8_t {
  started,
  ended,   // by itself
  stopped, // as it was asked to
  cannot_start,
  given_up,
  killed,
  stuck
};

struct process_event {
  process_change what = process_change::started;
  std::string name;
  std::uint32_t pid = 0;
  std::string reason; // how it ended, or why it does not start
  std::string next;   // what comes now: "restart at once", "restart in 2s", "no restart", ...
};

struct process_status {
  std::string name;
  process_state state = process_state::stopped;
  process_id id;           // of the running one; 0 without
  nanoseconds in_state{0}; // for how long
  std::optional<nanoseconds> next_start_in;
  std::uint64_t restarts = 0;
  std::optional<process_end> last_end;
  std::string last_failure; // of a start
};

// "exit code 3", "signal 9".
std::string to_text(const process_end& e);

class supervisor {
 public:
  using post = std::function<void(std::function<void()>)>;
  using tell = std::function<void(const process_event&)>;

  // `later` hands work to the thread of this object, in order; what it has been given must not run after the end of it.
  // `chance` gives -1 to 1 for the jitter of delays.
  supervisor(const clock& time, os::child_starter& starter, post later, tell told,
             std::function<double()> chance);
  ~supervisor();

  void add(const config::process_settings& s); // and starts it
  // False: there is none of that name. What was asked for is done, or under way, after that.
  bool start(std::string_view name);
  bool stop(std::string_view name);
  bool restart(std::string_view name);
  void stop_all();
  bool is_any_ending() const noexcept; // alive and not given up as stuck

  void advance();                               // at next_wake(), or later
  std::optional<nanoseconds> next_wake() const; // monotonic time
  std::vector<process_status> status() const;   // in the order they were added

 private:
  struct entry;
  entry* find(std::string_view name);
  void obey(entry& e, process_order order);
  void launch(entry& e);
  void on_end(entry& e, std::uint64_t incarnation, os::child_end end);
  void report(const entry& e, process_change what, std::string reason);

  const clock& time_;
  os::child_starter& starter_;
  post later_;
  tell tell_;
  std::function<double()> chance_;
  std::vector<std::unique_ptr<entry>> entries_;
};

} // namespace reeve::supervise
