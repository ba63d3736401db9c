// SPDX-License-Identifier: Apache-2.0
#include "reeve/remedy/action_history.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace reeve::remedy {

namespace {

bool is_of(const past_action& a, std::string_view source, std::string_view target) {
  return !a.is_forgiven && a.source == source && a.target == target;
}

} // namespace

void action_history::add(past_action a) {
  if (list_.size() >= most) {
    const auto event = std::ranges::find(list_, true, &past_action::is_event);
    if (event == list_.end() && a.is_event) return;
    list_.erase(event == list_.end() ? list_.begin() : event);
  }
  list_.push_back(std::move(a));
}

std::optional<nanoseconds> action_history::since_last(std::string_view source, std::string_view target,
                                                      std::uint64_t case_id, nanoseconds now) const {
  for (auto a = list_.rbegin(); a != list_.rend(); ++a)
    if (is_of(*a, source, target) && (a->case_id == 0 || a->case_id != case_id)) return now - a->at;
  return std::nullopt;
}

bool action_history::contains(std::string_view source, std::string_view target,
                              std::uint64_t action_id) const {
  return std::ranges::any_of(list_, [&](const past_action& a) {
    return a.action_id == action_id && a.source == source && a.target == target;
  });
}

std::uint32_t action_history::count(std::string_view target, nanoseconds window, nanoseconds now) const {
  return static_cast<std::uint32_t>(std::ranges::count_if(list_, [&](const past_action& a) {
    return !a.is_event && !a.is_forgiven && a.target == target && now - a.at < window;
  }));
}

std::uint32_t action_history::count_all(nanoseconds window, nanoseconds now) const {
  return static_cast<std::uint32_t>(
      std::ranges::count_if(list_, [&](const past_action& a) { return !a.is_event && now - a.at < window; }));
}

void action_history::forgive(std::string_view source) {
  std::set<std::string> targets;
  for (const past_action& a : list_)
    if (a.source == source) targets.insert(a.target);
  for (past_action& a : list_)
    a.is_forgiven = a.is_forgiven || targets.contains(a.target);
}

} // namespace reeve::remedy
