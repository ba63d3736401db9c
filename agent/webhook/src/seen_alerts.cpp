// SPDX-License-Identifier: Apache-2.0
#include "seen_alerts.hpp"

#include <utility>

namespace reeve::webhook {

bool seen_alerts::is_repeat(const std::string& key, nanoseconds now) {
  forget(now);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return false;
  found->second->last = now;
  order_.splice(order_.begin(), order_, found->second);
  return true;
}

void seen_alerts::add(std::string key, nanoseconds now) {
  if (is_repeat(key, now)) return;
  if (order_.size() >= most_) {
    by_key_.erase(order_.back().key);
    order_.pop_back();
  }
  order_.push_front({std::move(key), now});
  by_key_.emplace(order_.front().key, order_.begin());
}

void seen_alerts::forget(nanoseconds now) {
  while (!order_.empty() && now - order_.back().last > keep_) {
    by_key_.erase(order_.back().key);
    order_.pop_back();
  }
}

} // namespace reeve::webhook
