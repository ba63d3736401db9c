// SPDX-License-Identifier: Apache-2.0
#include "reeve/remedy/guards.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>

namespace reeve::remedy {

namespace {

constexpr std::array<const char*, guard_count> names{"mode",      "target",   "protected", "identity",
                                                     "in_flight", "cooldown", "budget",    "maintenance",
                                                     "shutdown",  "audit",    "queue"};

// Windows compares names of programs without regard to case, and a user may leave the ending out, there as of a unit of
// systemd.
std::string comparable(std::string_view name, std::string_view system) {
  std::string out(name);
  constexpr std::string_view unit_ending = ".service";
  if (system != "windows") {
    if (out.ends_with(unit_ending)) out.resize(out.size() - unit_ending.size());
    return out;
  }
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (out.ends_with(".exe")) out.resize(out.size() - 4);
  return out;
}

bool is_among(std::string_view name, const auto& list, std::string_view system) {
  if (name.empty()) return false;
  const std::string wanted = comparable(name, system);
  return std::ranges::any_of(list,
                             [&](std::string_view other) { return comparable(other, system) == wanted; });
}

// What a process calls itself is cut off after 15 bytes on Linux (proc_pid_comm(5)), so what is that long may be any that
// begins so. Its other names are whole, and do not change when it calls itself something else.
bool is_program_among(const target& t, const auto& list, std::string_view system) {
  constexpr std::size_t longest = 15;
  if (is_among(t.program, list, system)) return true;
  if (system != "windows" && t.program.size() == longest &&
      std::ranges::any_of(list, [&](std::string_view other) { return other.starts_with(t.program); }))
    return true;
  return std::ranges::any_of(t.other_names,
                             [&](const std::string& name) { return is_among(name, list, system); });
}

// Those whose program has another name, or a longer one than the 15 characters that comm has (proc_pid_comm(5)).
constexpr std::array<std::string_view, 4> critical_units{"dbus", "ssh", "systemd-networkd",
                                                         "systemd-resolved"};

std::string ago(nanoseconds time) {
  return format_duration(std::max(std::chrono::floor<std::chrono::seconds>(time), std::chrono::seconds(0)));
}

std::string mode_problem(const guard_facts& f) {
  return f.may_act ? "" : "the mode is observe";
}

std::string target_problem(const guard_facts& f) {
  return f.who ? "" : std::string(f.target_problem);
}

std::string protected_problem(const guard_facts& f) {
  if (!f.who) return {};
  const target& t = *f.who;
  if (t.id.pid != 0 && t.id == f.agent) return "it is the agent itself";
  if (t.id.pid != 0 && std::ranges::find(f.ancestors, t.id) != f.ancestors.end())
    return cat("the agent runs beneath it: ", t.description);
  // Of the kernel: the first process on Linux, System on Windows.
  if (t.id.pid == (f.system == "windows" ? 4u : 1u)) return "it is the system's first process";
  if (t.is_kernel_thread) return cat("it belongs to the kernel: ", t.description);
  const bool is_service = t.kind == target_kind::service;
  // A service that svchost hosts is stopped without it.
  const bool is_hosted = is_service && comparable(t.program, f.system) == "svchost";
  if (!is_hosted && is_program_among(t, critical_programs(f.system), f.system))
    return cat(t.program, " is one of the system's critical ", is_service ? "services" : "programs");
  if (is_service && f.system != "windows" && is_among(t.name, critical_units, f.system))
    return cat(t.name, " is one of the system's critical services");
  if (f.protect && is_among(t.name, f.protect->names, f.system))
    return cat(t.name, " is protected by the configuration");
  if (f.protect && is_program_among(t, f.protect->names, f.system))
    return cat(t.program, " is protected by the configuration");
  if (!is_bare_process(t.kind)) return {};
  if (t.user.empty()) return "it is not known whose process it is";
  if (t.user != f.agent_user && !(f.protect && is_among(t.user, f.protect->allow_users, f.system)))
    return cat("it is a process of ", t.user, ", whom remedy.allow_users does not name");
  return {};
}

std::string identity_problem(const guard_facts& f) {
  if (!f.who) return {};
  if (is_bare_process(f.who->kind) && f.who->id.pid == 0) return "there is no such process any more";
  if (f.who->age && *f.who->age < f.alert_age)
    return cat("it began after the alert did, which is about another process with its number: ",
               f.who->description);
  if (!f.tripped || f.who->id == *f.tripped) return {};
  return cat("it is not the process that the alert is about, which was number ", f.tripped->pid,
             " and is gone");
}

std::string in_flight_problem(const guard_facts& f) {
  return f.in_flight.empty() ? "" : cat(f.in_flight, " of it is under way");
}

std::string cooldown_problem(const guard_facts& f) {
  if (!f.since_last || *f.since_last >= f.cooldown) return {};
  return cat("the last one was ", ago(*f.since_last), " ago, the cooldown is ", format_duration(f.cooldown));
}

std::string budget_problem(const guard_facts& f) {
  if (!f.given_up.empty()) return cat("it was given up: ", f.given_up);
  if (f.spent >= f.budget)
    return cat(f.spent, " actions on it within ", format_duration(f.budget_window),
               " are all that its budget allows");
  if (f.agent_spent >= f.agent_budget)
    return cat("the agent has done ", f.agent_spent,
               " actions within an hour, remedy.max_actions_per_hour is ", f.agent_budget,
               "; a reset helps from ", format_utc(f.agent_has_room_at), " on");
  return {};
}

std::string maintenance_problem(const guard_facts& f) {
  return std::string(f.quiet);
}

std::string shutdown_problem(const guard_facts& f) {
  return f.is_shutting_down ? "the operating system is shutting down" : "";
}

struct question {
  guard which;
  std::string (*problem)(const guard_facts&);
  bool of_event, of_run;
};
constexpr std::array<question, 9> questions{{
    {guard::mode, mode_problem, false, true},
    {guard::target, target_problem, true, true},
    {guard::protected_name, protected_problem, false, false},
    {guard::identity, identity_problem, false, false},
    {guard::in_flight, in_flight_problem, false, true},
    {guard::cooldown, cooldown_problem, true, true},
    {guard::budget, budget_problem, false, true},
    {guard::maintenance, maintenance_problem, true, true},
    {guard::shutdown, shutdown_problem, false, true},
}};

} // namespace

const char* name_of(guard g) noexcept {
  return names[static_cast<std::size_t>(g)];
}

std::span<const std::string_view> critical_programs(std::string_view system) noexcept {
  static constexpr std::array<std::string_view, 12> on_linux{"systemd",
                                                             "init",
                                                             "systemd-journal",
                                                             "systemd-journald",
                                                             "systemd-logind",
                                                             "systemd-udevd",
                                                             "systemd-network",
                                                             "systemd-resolve",
                                                             "dbus-daemon",
                                                             "dbus-broker",
                                                             "sshd",
                                                             "NetworkManager"};
  // Those whose end stops the machine (bug check CRITICAL_PROCESS_DIED), and what a session needs.
  static constexpr std::array<std::string_view, 14> on_windows{
      "System",  "Registry", "Memory Compression", "smss",  "csrss",
      "wininit", "winlogon", "services",           "lsass", "LsaIso",
      "svchost", "dwm",      "fontdrvhost",        "sihost"};
  if (system == "windows") return on_windows;
  return on_linux;
}

std::string why_left_alone(const target& who, const std::vector<std::string>& protected_names,
                           std::string_view system) {
  const protection protect{protected_names, {}};
  target known = who;
  known.kind = target_kind::process; // not a bare one, of which the account counts
  guard_facts f;
  f.who = &known;
  f.system = system;
  f.protect = &protect;
  return protected_problem(f);
}

std::vector<verdict> judge(const guard_facts& f) {
  std::vector<verdict> out;
  for (const question& q : questions) {
    if ((f.action == "event" && !q.of_event) || (f.action == "run" && !q.of_run)) continue;
    std::string why = q.problem(f);
    out.push_back({q.which, why.empty(), std::move(why)});
  }
  return out;
}

} // namespace reeve::remedy
