// SPDX-License-Identifier: Apache-2.0
#include "rate_limit.hpp"

#include "own_events.hpp"

#include <algorithm>

namespace reeve::eventlog_writer {

bool rate_limit::admit(const record& r, nanoseconds now) {
  if (most_ == 0) return true;
  auto at = windows_.find({r.source, r.id});
  if (at == windows_.end()) {
    if (windows_.size() >= max_ids)
      std::erase_if(windows_, [&](const auto& one) {
        return one.second.held == 0 && now - one.second.began >= interval_;
      });
    const bool full = windows_.size() >= max_ids;
    at = windows_
             .try_emplace(full ? std::pair<std::string, std::uint32_t>{}
                               : std::pair{r.source, std::uint32_t{r.id}})
             .first;
    if (at->second.passed == 0) at->second.began = now;
  }
  window& w = at->second;
  if (now - w.began >= interval_ && w.held == 0) {
    w.began = now;
    w.passed = 0;
  }
  if (now - w.began < interval_ && w.passed >= most_) {
    if (w.held++ == 0) w.name = r.name;
    w.severity = std::max(w.severity, r.severity);
    ++held_back_;
    return false;
  }
  // A window that has ended and whose summary is not out yet lets events pass: the next one begins with the summary.
  ++w.passed;
  return true;
}

std::vector<record> rate_limit::summaries(nanoseconds now, bool all) {
  std::vector<record> out;
  for (auto at = windows_.begin(); at != windows_.end();) {
    const auto& [key, w] = *at;
    if (!all && now - w.began < interval_) {
      ++at;
      continue;
    }
    if (w.held > 0)
      out.push_back(held_back_event(key.first, key.second, w.name, w.held, w.severity, now - w.began));
    at = windows_.erase(at);
  }
  return out;
}

} // namespace reeve::eventlog_writer
