// SPDX-License-Identifier: Apache-2.0
// What is done about rules and alerts: the engine with this machine beneath it, its audit log and its memory on the disk.
// Loop thread only.
#pragma once

#include "event_router.hpp"
#include "machine_actuator.hpp"

#include "reeve/config/settings.hpp"
#include "reeve/remedy/audit_opener.hpp"
#include "reeve/remedy/engine.hpp"
#include "reeve/rules/rule.hpp"
#include "reeve/telemetry/log.hpp"
#include "reeve/webhook/intake.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace reeve::app {

class remedies {
 public:
  remedies(boost::asio::io_context& loop, const clock& time, event_router& events, logger& log,
           managed_processes& processes, plugin_host::socket_table_service& sockets);

  // Before the first rule is evaluated, and after each reload. An agent without a rule and a webhook needs no audit log.
  void apply(const config::settings& s);
  void ask_conditions_of(remedy::hold_source of) { engine_.ask_conditions_of(std::move(of)); }
  void on_change(const rules::alert_change& change);
  bool take(const webhook::delivery& d); // false: there are too many, it may be offered again
  void cancel();

  bool waits_for_service() const noexcept { return machine_.waits_for_service(); } // see slow_actions
  bool is_wanted() const noexcept { return !folder_.empty(); } // there is something to act on, or was
  const remedy::engine& engine() const noexcept { return engine_; }
  result<remedy::explanation> explain(std::string_view name) { return engine_.explain(name); }
  result<> reset(std::string_view name, std::string_view by);
  result<std::uint64_t> silence(remedy::silence s);
  result<> remove_silence(std::uint64_t id, std::string_view by);

 private:
  void open_audit_log(); // where it is not, if it is time to try
  void read_memory();
  void told(const remedy::remedy_event& e);
  void after(); // whatever may have changed what is due or what is to be remembered
  void save();

  const clock& time_;
  event_router& events_;
  logger& log_;
  machine_actuator machine_;
  remedy::engine engine_;
  boost::asio::steady_timer due_;
  std::string folder_; // empty: nothing was to be done yet
  std::optional<remedy::audit_opener> audit_;
  std::uint64_t saved_version_ = 0;
  bool is_memory_read_ = false, is_cancelled_ = false;
};

} // namespace reeve::app
