// SPDX-License-Identifier: Apache-2.0
// What the command line hears from the running agent, see control_requests.hpp.
#pragma once

#include "managed_processes.hpp"
#include "reload.hpp"
#include "remedies.hpp"
#include "rule_runner.hpp"

#include "reeve/plugin_host/socket_table_service.hpp"
#include "reeve/store/board.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace reeve::app {

class control_answers {
 public:
  struct sources {
    boost::asio::io_context& loop;
    const clock& time;
    const store::board& board;
    plugin_host::socket_table_service& sockets;
    managed_processes& processes;
    remedies& actions;
    rule_runner& rules;
    reloader& reload;
    std::function<void(bool with_processes)> stop; // called on the loop
  };
  explicit control_answers(sources from) : from_(std::move(from)) {}

  // On the control thread. Most requests are handed to the loop, and it waits for what that says, some seconds at most.
  std::string answer(std::string_view request);

 private:
  std::string on_loop(std::function<std::string()> ask);
  std::string reload();
  std::string about_processes(const std::string& request);
  std::string compare(const std::string& path) const;
  std::string samples(std::string_view plugin) const;
  std::string sockets(std::string_view query);

  sources from_;
};

} // namespace reeve::app
