// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/system_shutdown.hpp"

#include "linux/system_shutdown.hpp"
#include "linux/systemctl.hpp"
#include "parse/systemd_show.hpp"

#include <chrono>
#include <mutex>
#include <utmpx.h>

namespace reeve::os {

namespace {

using std::chrono::steady_clock;

constexpr nanoseconds patience = std::chrono::milliseconds(500);
constexpr auto asked_again_after = std::chrono::seconds(1);

// init(8) writes "previous run level * 256 + current one" into the record's pid (utmp(5)).
bool is_halting_run_level() {
  ::setutxent();
  bool halting = false;
  while (const utmpx* const record = ::getutxent())
    if (record->ut_type == RUN_LVL) {
      const int level = record->ut_pid % 256;
      halting = level == '0' || level == '6';
    }
  ::endutxent();
  return halting;
}

} // namespace

bool ask_whether_shutting_down(const std::string& root) {
  if (!is_systemd_running(root)) return is_halting_run_level();
  const auto said = run_systemctl(root, false, {"is-system-running"}, patience);
  return said && parse::says_stopping(said->output);
}

bool system_is_shutting_down() {
  static std::mutex mutex;
  static bool is_going_down = false;
  static steady_clock::time_point asked{};
  const std::scoped_lock lock(mutex);
  const auto now = steady_clock::now();
  if (is_going_down || (asked != steady_clock::time_point{} && now - asked < asked_again_after))
    return is_going_down;
  asked = now;
  is_going_down = ask_whether_shutting_down("");
  return is_going_down;
}

} // namespace reeve::os
