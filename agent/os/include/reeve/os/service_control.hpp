// SPDX-License-Identifier: Apache-2.0
// Services of the system: installs the agent as one, and starts, stops and looks at any by its name. Linux: systemd, through
// systemctl, which is run without a shell. Windows: the service control manager.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::os {

struct service_definition {
  std::string name; // [A-Za-z0-9_-], 1 to 64 characters
  std::string description;
  std::string program;           // absolute
  std::vector<std::string> args; // without the program's own name
  // Linux: a user, who gets the capabilities that show everything. Windows: "NT SERVICE\NAME" (a virtual account),
  // "NT AUTHORITY\LocalService", a managed account, or one whose password the administrator sets afterwards. Empty: root,
  // LocalSystem.
  std::string account;
};

enum class service_state : std::uint8_t { not_installed, stopped, starting, running, stopping, failed };
const char* name_of(service_state state) noexcept; // "not_installed"

struct service_status {
  service_state state = service_state::not_installed;
  std::uint32_t pid = 0; // 0: no process
  bool starts_at_boot = false;
  std::string detail; // the manager's own words: "active (running)", "stopped, service-specific error 3"
};

struct service_manager_options {
  bool user = false; // the calling account's own services; errc::unsupported on Windows
  std::string root;  // Linux only: stands before every path, also systemctl's; a folder in tests
};

// The steps as a person would take them: on Linux the unit, with what is done to it in comments. Nothing is looked at.
std::string plan_install(const service_definition& service, bool user);
std::string plan_uninstall(const std::string& name, bool user);
std::string plan_start(const std::string& name, bool user);
std::string plan_stop(const std::string& name, bool user);

// One thread at a time. Names are those of the system: "ssh" (or "ssh.service"), "W32Time".
// Every function: errc::access_denied without an administrator's rights, errc::not_found when there is no such service,
// errc::timed_out when the state asked for is not reached within `patience`; what was asked goes on then.
class service_manager {
 public:
  // errc::unsupported: no systemd runs here; the message says what to do instead.
  static result<std::unique_ptr<service_manager>> create(const service_manager_options& options = {});
  virtual ~service_manager() = default;

  // Installed again, it is changed to what is asked for now, and takes it up at its next start. Not started. Returns what
  // this system does not know of it, a sentence each; empty on a real Windows and with systemd 252 and later.
  // errc::busy: a service of that name is there and is not Reeve's.
  virtual result<std::vector<std::string>> install(const service_definition& service) = 0;
  // Stops it before. Refuses what install() would not have made: errc::busy.
  virtual result<> uninstall(const std::string& name, nanoseconds patience) = 0;

  // Of one that is there already: nothing to do, no error. A start that fails says how.
  virtual result<> start(const std::string& name, nanoseconds patience) = 0;
  virtual result<> stop(const std::string& name, nanoseconds patience) = 0;
  virtual result<> restart(const std::string& name, nanoseconds patience) = 0;
  // To read its configuration again: what ExecReload= says; Windows: SERVICE_CONTROL_PARAMCHANGE. An error when it cannot.
  virtual result<> reload(const std::string& name, nanoseconds patience) = 0;

  // not_installed is an answer, no error.
  virtual result<service_status> status(const std::string& name) = 0;
};

// Whether this process ends when that service is stopped: it is its own, or it runs beneath it. False where it cannot be told.
bool is_service_of_this_process(const std::string& name);

} // namespace reeve::os
