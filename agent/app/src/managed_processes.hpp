// SPDX-License-Identifier: Apache-2.0
// The supervisor in the agent: its clock is the loop's, its news are the agent's events, and the command line asks it.
// Loop thread only.
#pragma once

#include "event_router.hpp"
#include "shutdown_watch.hpp"

#include "reeve/config/settings.hpp"
#include "reeve/os/keeper.hpp"
#include "reeve/os/state_file.hpp"
#include "reeve/plugin_host/socket_table_service.hpp"
#include "reeve/supervise/job_runner.hpp"
#include "reeve/supervise/supervisor.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::app {

// Where an agent with these settings keeps what must outlive it.
std::string state_folder_of(const config::settings& s);

class managed_processes {
 public:
  managed_processes(boost::asio::io_context& loop, const clock& time, event_router& events,
                    plugin_host::socket_table_service& sockets);

  // Adopts what runs and starts what is to run. An agent without a [[process]] and a [[job]], and with nothing left of an
  // earlier one, needs neither a keeper nor a folder.
  result<> begin(const config::settings& s);
  // A changed configuration. An error: what it names cannot be managed; what runs goes on.
  result<supervise::process_changes> apply(const config::settings& s);
  supervise::process_changes compare(const config::settings& s) const;
  // Without `end_them` they live on, for the next agent to adopt. `done` is called when those that end have ended, or
  // cannot be killed.
  void leave(bool end_them, std::function<void()> done);

  // A request that begins with processes_verb, see control_requests.hpp.
  std::string answer(std::string_view request);
  std::vector<supervise::process_status> status() const; // the programs of jobs among them
  std::vector<supervise::job_status> jobs() const;
  std::optional<supervise::process_status> status_of(std::string_view name) const; // nothing: there is none

  void ask(std::string_view verb,
           const std::string& name); // start, stop or restart one that status_of() knows
  // Runs a program to its end beside the processes, without a shell; an error, with the last line that it wrote, when it
  // fails or takes longer.
  void run(const std::vector<std::string>& command, nanoseconds timeout, std::function<void(result<>)> done);
  bool is_system_ending() const;

 private:
  result<> prepare(const config::settings& s);
  std::vector<supervise::named_check> checks_of(const config::process_settings& p,
                                                const supervise::run_beside& run);
  std::string why_left_alone(const process_id& holder) const;
  void told(const supervise::process_event& e);
  void told(const supervise::job_event& e);
  void tell(std::string_view verb, const std::string& name);
  void arm(); // after whatever may have changed when something is due
  std::string answer_names(std::string_view verb, std::string_view word);

  boost::asio::io_context& loop_;
  const clock& time_;
  event_router& events_;
  plugin_host::socket_table_service& sockets_;
  boost::asio::steady_timer due_;
  std::minstd_rand chance_{std::random_device{}()};
  std::unique_ptr<os::folder_lock> lock_;
  std::unique_ptr<shutdown_watch> shutdown_;          // with the supervisor
  std::unique_ptr<supervise::supervisor> supervisor_; // null: nothing is to be managed
  std::unique_ptr<supervise::job_runner> jobs_;       // with the supervisor
  std::string state_folder_;                          // of this agent
  std::set<std::string> outputs_;                     // files of the commands that run
  std::vector<std::string> protected_names_;          // of remedy.protect
  std::unique_ptr<os::keeper_host> keepers_;          // goes first: its thread calls the supervisor
  std::function<void()> stopped_;
  bool is_ending_ = false;
};

} // namespace reeve::app
