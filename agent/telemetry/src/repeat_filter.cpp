// SPDX-License-Identifier: Apache-2.0
#include "repeat_filter.hpp"

#include <utility>

namespace reeve {

bool repeat_filter::admit(const log_line& line, nanoseconds now) {
  if (window_ <= nanoseconds::zero()) return true;
  if (const auto found = by_body_.find(line.body); found != by_body_.end()) {
    ++found->second->repeated;
    return false;
  }
  oldest_first_.push_back({line, now, 0});
  const auto added = std::prev(oldest_first_.end());
  by_body_.emplace(added->line.body, added);
  return true;
}

repeat_filter::report repeat_filter::forget_oldest() {
  entry& oldest = oldest_first_.front();
  by_body_.erase(oldest.line.body);
  report out{std::move(oldest.line), oldest.repeated};
  oldest_first_.pop_front();
  return out;
}

std::optional<repeat_filter::report> repeat_filter::passed(nanoseconds now) {
  while (!oldest_first_.empty() && now - oldest_first_.front().since >= window_) {
    entry& oldest = oldest_first_.front();
    if (oldest.repeated == 0) {
      forget_oldest();
      continue;
    }
    report out{oldest.line, std::exchange(oldest.repeated, 0)};
    oldest.since = now;
    oldest_first_.splice(oldest_first_.end(), oldest_first_, oldest_first_.begin());
    return out;
  }
  return std::nullopt;
}

std::optional<repeat_filter::report> repeat_filter::overflowed() {
  while (oldest_first_.size() > most_lines)
    if (report oldest = forget_oldest(); oldest.repeated) return oldest;
  return std::nullopt;
}

std::optional<repeat_filter::report> repeat_filter::drained() {
  while (!oldest_first_.empty())
    if (report oldest = forget_oldest(); oldest.repeated) return oldest;
  return std::nullopt;
}

} // namespace reeve
