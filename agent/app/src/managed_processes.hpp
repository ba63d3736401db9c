// SPDX-License-Identifier: Apache-2.0
// The supervisor in the agent: its clock is the loop's, its news are the agent's events, and the command line asks it.
// Loop thread only.
#pragma once

#include "event_router.hpp"

#include "reeve/config/settings.hpp"
#include "reeve/os/child_process.hpp"
#include "reeve/supervise/supervisor.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::app {

class managed_processes {
 public:
  managed_processes(boost::asio::io_context& loop, const clock& time, event_router& events);

  result<> begin(const std::vector<config::process_settings>& wanted); // starts them all
  // Asks all of them to end; `done` is called when none is left, or what is left cannot be killed.
  void stop_all(std::function<void()> done);

  // A request that begins with processes_verb, see control_requests.hpp.
  std::string answer(std::string_view request);
  std::vector<supervise::process_status> status() const;

 private:
  void told(const supervise::process_event& e);
  void arm(); // after whatever may have changed when something is due

  boost::asio::io_context& loop_;
  const clock& time_;
  event_router& events_;
  boost::asio::steady_timer due_;
  std::minstd_rand chance_{std::random_device{}()};
  std::unique_ptr<supervise::supervisor> supervisor_; // null: nothing is to be managed
  std::unique_ptr<os::child_starter> starter_;        // goes first: its thread calls the supervisor
  std::function<void()> stopped_;
  bool ending_ = false;
};

} // namespace reeve::app
