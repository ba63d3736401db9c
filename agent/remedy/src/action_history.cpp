// SPDX-License-Identifier: Apache-2.0
#include "reeve/remedy/action_history.hpp"

#include <algorithm>

namespace reeve::remedy {

void action_history::drop(std::string_view target, const past_action& a) {
  const auto of_target = by_target_.find(target);
  std::erase(of_target->second, &a);
  if (of_target->second.empty()) by_target_.erase(of_target);
}

void action_history::forget_oldest(std::deque<past_action>& list) {
  const past_action& a = list.front();
  drop(a.target, a);
  if (!a.place.empty()) drop(a.place, a);
  list.pop_front();
}

void action_history::add(past_action a) {
  std::deque<past_action>& list = a.is_event ? events_ : actions_;
  if (list.size() >= most) forget_oldest(list);
  if (!a.is_event) {
    if (action_times_.size() >= most) action_times_.pop_front();
    action_times_.insert(std::ranges::upper_bound(action_times_, a.at), a.at);
  }
  // Neither end of a deque moves what is in it.
  past_action& added = list.emplace_back(std::move(a));
  by_target_[added.target].push_back(&added);
  if (!added.place.empty()) by_target_[added.place].push_back(&added);
}

const std::deque<past_action*>& action_history::of(std::string_view target) const {
  static const std::deque<past_action*> none;
  const auto found = by_target_.find(target);
  return found == by_target_.end() ? none : found->second;
}

std::optional<nanoseconds> action_history::since_last(std::string_view source, std::string_view target,
                                                      std::uint64_t case_id, nanoseconds now) const {
  const auto& list = of(target);
  for (auto at = list.rbegin(); at != list.rend(); ++at) {
    const past_action& a = **at;
    if (!a.is_forgiven && a.source == source && (a.case_id == 0 || a.case_id != case_id)) return now - a.at;
  }
  return std::nullopt;
}

bool action_history::contains(std::string_view source, std::string_view target,
                              std::uint64_t action_id) const {
  return std::ranges::any_of(
      of(target), [&](const past_action* a) { return a->action_id == action_id && a->source == source; });
}

std::uint32_t action_history::count(std::string_view target, nanoseconds window, nanoseconds now) const {
  return static_cast<std::uint32_t>(std::ranges::count_if(of(target), [&](const past_action* a) {
    return !a->is_event && !a->is_forgiven && now - a->at < window;
  }));
}

std::uint32_t action_history::count_all(nanoseconds window, nanoseconds now) const {
  return static_cast<std::uint32_t>(action_times_.end() -
                                    std::ranges::upper_bound(action_times_, now - window));
}

nanoseconds action_history::has_room_at(std::uint32_t budget, nanoseconds window, nanoseconds now) const {
  if (action_times_.size() < budget) return now;
  return std::max(now, action_times_[action_times_.size() - budget] + window);
}

void action_history::forgive(std::string_view source, std::set<std::string, std::less<>> targets) {
  for (const auto* list : {&actions_, &events_})
    for (const past_action& a : *list)
      if (a.source == source) targets.insert({a.target, a.place});
  for (const std::string& target : targets)
    for (past_action* const a : of(target))
      a->is_forgiven = true;
}

} // namespace reeve::remedy
