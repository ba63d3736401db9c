// SPDX-License-Identifier: Apache-2.0
// What remedies do to this machine: managed processes through the supervisor, services through the system's manager, others
// by their identity. Loop thread only.
#pragma once

#include "managed_processes.hpp"
#include "slow_actions.hpp"

#include "reeve/os/file_lock_table.hpp"
#include "reeve/os/process_control.hpp"
#include "reeve/plugin_host/socket_table_service.hpp"
#include "reeve/remedy/target.hpp"
#include "reeve/telemetry/log.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::app {

class machine_actuator final : public remedy::actuator {
 public:
  // `ended` is called, later, after an action has: whoever drives the engine is to look what is due.
  machine_actuator(boost::asio::io_context& loop, const clock& time, logger& log,
                   managed_processes& processes, plugin_host::socket_table_service& sockets,
                   std::function<void()> ended);

  void keep_dumps(std::string folder, std::size_t count) { slow_.keep_dumps(std::move(folder), count); }
  bool waits_for_service() const noexcept { return slow_.waits_for_service(); } // see slow_actions

  result<remedy::target> resolve(std::string_view text, const rules::label_list& labels) override;
  void begin(const remedy::action_request& request, std::function<void(result<>)> done) override;
  void cancel(std::uint64_t id) override;
  remedy::target_health health_of(const remedy::target& t) override;
  bool is_shutting_down() override;
  process_id self() override;
  std::vector<process_id> ancestors() override;
  std::string user() override;

  void look(); // at actions under way: something may have happened to a managed process

 private:
  struct under_way {
    std::uint64_t id = 0;
    std::string action;
    remedy::target who;
    std::uint64_t starts_before = 0; // of a managed process
    std::function<void(result<>)> done;
  };

  result<remedy::target> of_process(std::uint32_t pid, remedy::target t);
  result<remedy::target> of_series(const rules::label_list& labels);
  result<remedy::target> of_port(std::string_view text);
  result<remedy::target> of_file(std::string_view path);
  result<> act_on_managed(const remedy::action_request& r);
  result<> act_on_stranger(const remedy::action_request& r);
  std::optional<result<>> outcome_of(const under_way& a) const; // nothing: it has not ended yet
  void look_soon();
  void finish(std::uint64_t id, const result<>& end);

  boost::asio::io_context& loop_;
  const clock& time_;
  managed_processes& processes_;
  plugin_host::socket_table_service& sockets_;
  std::function<void()> ended_;
  boost::asio::steady_timer again_;
  std::list<under_way> under_way_;
  os::process_facts own_; // the agent: none of them changes while it runs
  std::vector<process_id> ancestors_;
  std::optional<nanoseconds> ancestors_looked_up_;
  std::unique_ptr<os::file_lock_table> files_; // made when a file is looked up first
  slow_actions slow_;
};

} // namespace reeve::app
