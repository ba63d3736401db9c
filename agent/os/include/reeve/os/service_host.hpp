// SPDX-License-Identifier: Apache-2.0
// The running agent and the service manager that started it: what each tells the other.
// Linux: systemd, by the protocol of sd_notify(3), spoken here and not through its library. Windows: the service control
// manager.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace reeve::os {

enum class service_request : std::uint8_t {
  stop,  // also because the machine shuts down, which system_is_shutting_down() tells then
  reload // SERVICE_CONTROL_PARAMCHANGE; systemd sends a signal instead
};

// This class itself is the host of a process that no manager looks after: it says nothing to nobody. Every function may
// be called from any thread, and none fails: there is nobody else to tell.
class service_host {
 public:
  // Once for each process, before it has a second thread: on Linux the manager's variables ($NOTIFY_SOCKET,
  // $WATCHDOG_USEC, $WATCHDOG_PID) are taken out of the environment, so that no child speaks in this process's name.
  static std::unique_ptr<service_host> create();
  virtual ~service_host() = default; // nothing is asked of the taker any more

  // Where the log goes when the configuration names no file; empty: to standard error, which the journal reads.
  virtual std::string log_file() const { return {}; }

  // How often ping() is awaited: half of the time after which the manager takes this process for hung. Zero: never.
  virtual nanoseconds ping_interval() const noexcept { return {}; }

  // Called on a thread of the manager's, for what was asked before, too; must return at once.
  virtual void take_requests(std::function<void(service_request)>) {}

  virtual void ready() {} // it works, or works again after reloading()
  virtual void reloading() {}
  virtual void ping() {}
  virtual void status(std::string_view) {} // one line for a person
  // The end has begun, and the next call or stopped() comes before `more` has passed. Who misses it is ended: by systemd,
  // and on Windows, where the manager would wait for ever, by this process itself, `hung_stop_grace` later.
  virtual void stopping(nanoseconds /*more*/) {}
  // The last word, before the process ends: anything but 0 is a failure, after which the manager starts it again.
  virtual void stopped(int /*exit_status*/) {}
};

inline constexpr nanoseconds hung_stop_grace = std::chrono::seconds(5);

// Windows: connects this process to the service control manager, which must have started it as the service `name`,
// reports it as running before `body` has done anything, and calls `body` on another thread. Blocks until the service has
// stopped; what body returned is the exit status, and when it is not 0 also the service-specific error code. An exception
// from body counts as 1.
// errc::unsupported: nobody started it as a service, or the system is Linux, where nothing of this kind is needed.
result<int> run_as_service(const std::string& name, const std::function<int()>& body);

} // namespace reeve::os
