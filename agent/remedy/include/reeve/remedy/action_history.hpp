// SPDX-License-Identifier: Apache-2.0
// Which actions were begun lately: what cooldowns and budgets are counted from. Pure.
#pragma once

#include "reeve/base/clock.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace reeve::remedy {

struct past_action {
  std::string source, target;  // the rule's or mapping's name, and what it was done to, see key_of()
  nanoseconds at{0};           // monotonic
  std::uint64_t case_id = 0;   // of the alert; 0: of an earlier agent
  std::uint64_t action_id = 0; // in the audit log; 0: it was not recorded
  bool is_forgiven = false;    // a reset came after it: it counts for the agent only
  bool is_event = false;       // it touched nothing: it has a cooldown and counts for no budget
  std::string place; // which had that process, see place_of(); empty: none. Asked for as a target is
};

class action_history {
 public:
  static constexpr std::size_t most = 10'000; // actions, and as many events; then the oldest is forgotten

  action_history() = default;
  action_history(action_history&&) = default;
  action_history& operator=(action_history&&) = default;

  void add(past_action a);
  // Since the last one that was not of this case: the steps of an escalation follow each other by their settle times.
  std::optional<nanoseconds> since_last(std::string_view source, std::string_view target,
                                        std::uint64_t case_id, nanoseconds now) const;
  // Whether it knows that one, which an audit log has.
  bool contains(std::string_view source, std::string_view target, std::uint64_t action_id) const;
  // Of one target, whoever asked for them: two rules share what may be done to it.
  std::uint32_t count(std::string_view target, nanoseconds window, nanoseconds now) const;
  std::uint32_t count_all(nanoseconds window, nanoseconds now) const;
  // From when on fewer than `budget`, from 1 on, are within the window, if no further one comes; monotonic.
  nanoseconds has_room_at(std::uint32_t budget, nanoseconds window, nanoseconds now) const;
  // All that was done to these targets, and to what that one has done something to.
  void forgive(std::string_view source, std::set<std::string, std::less<>> targets = {});
  // In the order they were added.
  const std::deque<past_action>& actions() const noexcept { return actions_; }
  const std::deque<past_action>& events() const noexcept { return events_; }

 private:
  const std::deque<past_action*>& of(std::string_view target) const;
  void forget_oldest(std::deque<past_action>& list);
  void drop(std::string_view target, const past_action& a);

  // Whoever waits for a cooldown asks again every few seconds, hundreds of them at once: no answer may search them all.
  std::deque<past_action> actions_, events_;
  std::map<std::string, std::deque<past_action*>, std::less<>> by_target_;
  std::deque<nanoseconds> action_times_; // ascending
};

} // namespace reeve::remedy
