// SPDX-License-Identifier: Apache-2.0
// Starts the managed processes, hears of their ends, and does what managed_process says. One thread: the one that its
// posted work runs on. What is known of each is in a folder of its own, so that the next supervisor goes on from there.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/config/settings.hpp"
#include "reeve/os/keeper.hpp"
#include "reeve/supervise/managed_process.hpp"
#include "reeve/supervise/process_health.hpp"
#include "reeve/supervise/process_report.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::supervise {

class side_commands;

// Who listens on a port.
struct port_holder {
  process_id id;           // 0: nobody who can be seen
  std::string description; // "process 12 (nginx: nginx -g ...)"
};

// Runs a program to its end, as the process's account and with its variables, and calls back once, later.
using run_beside = std::function<void(const std::string& program, const std::vector<std::string>& args,
                                      nanoseconds timeout, std::function<void(result<process_end>)> done)>;

struct surroundings {
  const clock& time;
  os::keeper_host& keepers;
  std::string folder; // absolute, exists; of this supervisor alone: NAME/state and what keepers write there
  // Hands work to the supervisor's thread, in order. What it has been given must not run after the end of the supervisor.
  std::function<void(std::function<void()>)> later;
  std::function<void(const process_event&)> tell;
  std::function<double()> chance; // -1 to 1, for the jitter of delays
  // Nothing: the port is free.
  std::function<std::optional<port_holder>(const config::port_settings&)> holder_of;
  std::function<bool()> is_system_ending; // no starts then
  // The checks of a process. `run` starts a command beside it; see side_commands.
  std::function<std::vector<named_check>(const config::process_settings&, const run_beside&)> checks_of;
  // Why the holder of a port may not be ended; empty: it may.
  std::function<std::string(const process_id&)> why_left_alone;
};

class supervisor {
 public:
  explicit supervisor(surroundings s);
  ~supervisor(); // ends nothing

  // Adopts what an earlier one left, starts what is to run. What runs and is not among `wanted` is stopped unless
  // `leave_strays`.
  void begin(const std::vector<config::process_settings>& wanted, bool leave_strays);
  // A new configuration: what has changed in a way that a running process cannot take over is restarted.
  process_changes apply(const std::vector<config::process_settings>& wanted);
  process_changes compare(const std::vector<config::process_settings>& wanted) const; // what apply() would do

  // The names that a name, a group's name or "all" stands for; none where there is no such. A job is not among all.
  std::vector<std::string> resolve(std::string_view word) const;
  // Of names that resolve() gave. Under way when they return.
  void start(std::string_view name);   // and what it requires
  void stop(std::string_view name);    // first what requires it
  void restart(std::string_view name); // it alone
  void reset(std::string_view name);
  void fail(std::string_view name, std::string why); // its check says so
  void stop_all();
  bool is_any_ending() const noexcept; // told to stop, and not given up as stuck

  // A command of nobody's, in a folder of its own below `folder`. `done` comes later, once.
  void run(const std::string& folder, const os::launch_command& command, nanoseconds timeout,
           std::function<void(result<process_end>)> done);
  // Those that an agent that was killed has left at work below `folder`; before the first run() there.
  void end_left(const std::string& folder);

  void advance();                               // at next_wake(), or later
  std::optional<nanoseconds> next_wake() const; // monotonic time
  std::vector<process_status> status() const;   // in the order of the configuration
  // Nothing: there is none of that name.
  std::optional<process_status> status_of(std::string_view name) const;
  std::optional<process_state> state_of(std::string_view name) const;

 private:
  struct entry;
  using entry_ptr = std::shared_ptr<entry>;

  entry* find(std::string_view name) const;
  process_status look_at(const entry& e) const;
  entry& add(const config::process_settings& s);
  void take_up(entry& e);
  void take_up_launched(entry& e);
  void stop_strays();
  void settle();

  void obey(entry& e, process_order order);
  process_order act(entry& e, process_order order);
  process_order prepare(entry& e);
  std::string missing_for(const entry& e) const;
  process_order look_at_ports(entry& e);
  std::string end_holder(entry& e, const process_id& holder) const;
  process_order launch(entry& e);
  process_order run_hook(entry& e, process_order which);
  process_order hook_over(entry& e, bool is_good, std::string why);
  process_order climb(entry& e);

  void on_news(entry& e, const os::keeper_record& r);
  void on_hook_news(entry& e, const os::keeper_record& r);
  void on_taken(entry& e);
  void read_record(entry& e);
  os::keeper_host::on_news listener(entry& e, std::uint64_t incarnation, bool hook);

  void save(entry& e);
  void forget(entry& e);
  void make_checks(entry& e);
  void follow_health(entry& e);
  void report(const entry& e, process_change what, std::string reason);
  void tell_end(entry& e);
  std::string next_for(const entry& e) const;
  nanoseconds mono_of(nanoseconds unix_time) const;

  surroundings s_;
  std::unique_ptr<side_commands> beside_;
  std::vector<entry_ptr> entries_;
};

} // namespace reeve::supervise
