// SPDX-License-Identifier: Apache-2.0
// To whom something is done, and who does it.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/process_id.hpp"
#include "reeve/base/result.hpp"
#include "reeve/rules/rule.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::remedy {

enum class target_kind : std::uint8_t {
  none,    // of event and run
  process, // a managed one
  service, // of the system
  series,  // the process that the labels of an alert name
  port,    // the process that holds a port
  file,    // the process that holds a file
};
const char* name_of(target_kind kind) noexcept; // "process"; empty for none

// Whether it is a process that only its number leads to, not one that the agent or the system's manager knows by a name.
constexpr bool is_bare_process(target_kind kind) noexcept {
  return kind == target_kind::series || kind == target_kind::port || kind == target_kind::file;
}

struct target {
  target_kind kind = target_kind::none;
  std::string name;    // what follows the colon: "web", "8080", "/var/lib/db"; of a series its "PID"
  process_id id;       // who that is now; 0: no process
  std::string program; // the process's own name: "nginx", "nginx.exe"; on Linux cut off at 15 bytes
  std::string user;    // whose it is; empty: not known
  bool is_kernel_thread = false;
  std::string description; // for a person: "process 12 (nginx: nginx -g daemon off;)"; of run its command
  std::optional<nanoseconds> age;       // of a process that the labels of an alert led to: since it began
  std::vector<std::string> other_names; // of the process's file, and of what it was started as
};
std::string key_of(const target& t); // the same for two that mean the same: "process:web"
// What has a new process each time somebody begins anew what was stopped: "port:8080". Empty: it has none.
std::string place_of(const target& t);

// "{label}" in `text` becomes that label's value, taken as it is. errc::not_found: there is no such label; braces around
// anything but a label's name stay.
result<std::string> expand(std::string_view text, const rules::label_list& labels);

enum class target_health : std::uint8_t {
  healthy,
  unhealthy,
  unknown
}; // unknown: it has no checks, or is none

struct action_request {
  std::uint64_t id = 0; // of one action, for ever
  std::string action;   // run, stop, restart, start, kill, reload, dump
  target who;
  std::vector<std::string> command; // of run
  std::string signal;               // of reload
  nanoseconds timeout{0};
};

// Does it, and knows the machine. Called on the engine's thread.
class actuator {
 public:
  virtual ~actuator() = default;

  // Of a step's target with its labels put in. A series is that of `labels`, its pid and start. errc::not_found: there is
  // no such process or holder; errc::limit: there are several.
  virtual result<target> resolve(std::string_view text, const rules::label_list& labels) = 0;
  // Calls `done` once, on the same thread, now or later; not after cancel() or the end of the engine.
  virtual void begin(const action_request& request, std::function<void(result<>)> done) = 0;
  virtual void cancel(std::uint64_t id) = 0; // its time is up: what can be taken back is
  virtual target_health health_of(const target& t) = 0;
  virtual bool is_shutting_down() = 0;             // the operating system
  virtual process_id self() = 0;                   // the agent
  virtual std::vector<process_id> ancestors() = 0; // of the agent
  virtual std::string user() = 0;                  // the agent's
};

} // namespace reeve::remedy
