// SPDX-License-Identifier: Apache-2.0
// What stands between a rule that fires and an action. Pure: facts go in, verdicts come out.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/process_id.hpp"
#include "reeve/remedy/target.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::remedy {

// In the order in which they are asked.
enum class guard : std::uint8_t {
  mode,           // observe only
  target,         // it cannot be told who that is
  protected_name, // the agent, what it and the system stand on, and what the configuration names
  identity,       // it is no longer the process that the alert is about
  in_flight,      // something is being done to it already
  cooldown,
  budget,
  maintenance, // or a silence
  shutdown,
  audit, // the action could not be recorded
  queue, // there are too many others
};
inline constexpr std::size_t guard_count = 11;
const char* name_of(guard g) noexcept; // the label `guard` of reeve_actions_refused_total: "protected"

struct protection {
  std::vector<std::string> names;       // of processes, services and programs that nothing is done to
  std::vector<std::string> allow_users; // besides the agent's own account, whose processes may be acted on
};

// Programs that a system does not outlive or cannot be reached without. `system` as os::os_name() has it.
std::span<const std::string_view> critical_programs(std::string_view system) noexcept;

// Why that process is left alone whoever asks, also one who needs no remedy: it is the kernel's, one of the system's critical
// programs, or among the names. Empty: it need not be. Whose process it is is not asked.
std::string why_left_alone(const target& who, const std::vector<std::string>& protected_names,
                           std::string_view system);

struct guard_facts {
  std::string_view action;
  bool may_act = false;        // the mode is act
  const target* who = nullptr; // null: `target_problem` says why there is none
  std::string_view target_problem;
  std::string_view system; // see critical_programs
  process_id agent;
  std::span<const process_id> ancestors; // of the agent
  std::string_view agent_user;
  const protection* protect = nullptr;
  std::optional<process_id> tripped; // whom the alert is about; nothing: it does not say
  nanoseconds alert_age{0};          // since the condition held
  std::string_view in_flight;        // what is being done to the target; empty: nothing
  nanoseconds cooldown{0};
  std::optional<nanoseconds> since_last; // action of the rule on the target
  std::uint32_t budget = 0, spent = 0;   // of the rule on the target, within `budget_window`
  nanoseconds budget_window{0};
  std::uint32_t agent_budget = 0, agent_spent = 0; // of the agent, within an hour
  nanoseconds agent_has_room_at{0};                // Unix: when some of these are no longer within it
  std::string_view given_up;                       // why the rule was; empty: it was not
  std::string_view quiet; // which maintenance window or silence covers it; empty: none
  bool is_shutting_down = false;
};

struct verdict {
  guard which = guard::mode;
  bool passes = true;
  std::string why; // it does not: one sentence
};

// Those up to `shutdown`, in their order, each by itself. An action is refused by the first that does not pass. Of an
// event, which touches nothing, only cooldown and maintenance are asked; of run, which has no target, no guard of the target.
std::vector<verdict> judge(const guard_facts& f);

} // namespace reeve::remedy
