// SPDX-License-Identifier: Apache-2.0
// One process in a supervisor.
#pragma once

#include "reeve/supervise/supervisor.hpp"

#include "launch_settings.hpp"

#include <map>

namespace reeve::supervise {

struct supervisor::entry {
  entry(const config::process_settings& s, nanoseconds now)
      : settings(s), fingerprint(fingerprint_of(s)), machine(plan_of(s), now) {}

  config::process_settings settings;
  std::string fingerprint;
  managed_process machine;
  std::string folder;
  std::unique_ptr<os::keeper> keeper;
  os::keeper_record record; // of what runs
  std::unique_ptr<os::keeper> hook;
  std::uint64_t hook_incarnation = 0;
  process_order hook_kind = process_order::none; // which one runs
  std::unique_ptr<os::keeper> stop_command;
  std::unique_ptr<process_health> health; // null: it has no check
  bool is_watched = false;                // by its checks
  bool is_told_unhealthy = false;
  std::optional<process_event> open_end; // is told when its hook has ended, which decides what comes
  std::optional<process_memory> saved;
  std::optional<nanoseconds> read_record_at; // an adopted keeper tells of its program by its record only
  std::map<std::uint64_t, nanoseconds> asked_holders; // of its ports, by start stamp, to end; when
  bool is_removed = false;                            // from the configuration: goes when it has stopped
  bool is_stop_due = false;                           // once what needs it has stopped
  bool is_adopted = false;

  // And passes its checks, where it has some.
  bool is_up() const {
    return machine.state() == process_state::running && (!health || health->state() == health_state::healthy);
  }
  bool depends_on(std::string_view name) const;
  std::string own_output() const { return folder + "/output.log"; }
  std::string hook_output() const { return folder + "/hooks.log"; }
};

std::string to_text(const config::port_settings& p); // "8080/tcp"

} // namespace reeve::supervise
