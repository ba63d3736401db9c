// SPDX-License-Identifier: Apache-2.0
#include "sink_queue.hpp"

#include <algorithm>
#include <utility>

namespace reeve::app {

using plugin_host::event_batch;
using plugin_host::event_ptr;

void sink_queue::open(std::uint32_t min_severity, nanoseconds deadline) {
  shut();
  open_ = true;
  min_severity_ = min_severity;
  deadline_ = deadline;
  std::erase_if(waiting_, [&](const event_ptr& e) { return e->severity < min_severity_; });
}

void sink_queue::shut() noexcept {
  ++incarnation_;
  open_ = in_flight_ = failing_ = false;
  min_severity_ = 0;
  not_before_ = backoff_ = nanoseconds{0};
  failures_ = agains_ = 0;
}

void sink_queue::push(event_ptr e) {
  if (e->severity < min_severity_) return;
  if (waiting_.size() >= max_waiting)
    ++counters_.dropped_full;
  else
    waiting_.push_back(std::move(e));
}

event_batch sink_queue::next(nanoseconds now) {
  event_batch out;
  if (!open_ || in_flight_ || waiting_.empty() || now < not_before_) return out;
  const std::size_t n = std::min(waiting_.size(), max_batch);
  out.assign(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(n));
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(n));
  in_flight_ = true;
  late_at_ = now + deadline_;
  return out;
}

sink_queue::change sink_queue::answered(std::uint64_t incarnation, event_batch batch, std::uint32_t taken,
                                        reeve_status status, nanoseconds now) {
  const std::size_t n = std::min<std::size_t>(taken, batch.size());
  counters_.delivered += n;
  if (incarnation != incarnation_) {
    counters_.dropped_stopped += batch.size() - n;
    return change::none;
  }
  in_flight_ = false;
  if (n > 0) {
    took_ = true;
    failures_ = agains_ = 0;
    backoff_ = nanoseconds{0};
  }
  const bool later = status == REEVE_E_AGAIN;
  if (n < batch.size()) {
    ++(later ? agains_ : failures_);
    if (failures_ >= max_failures) {
      counters_.dropped_failed += batch.size() - n;
      failures_ = 0;
    } else {
      // They were there first. For a moment there may be more than max_waiting, by one batch at most.
      waiting_.insert(waiting_.begin(), batch.begin() + static_cast<std::ptrdiff_t>(n), batch.end());
    }
    backoff_ = backoff_ == nanoseconds{0} ? backoff_min : std::min(backoff_ * 2, backoff_max);
    not_before_ = now + backoff_;
  }
  bool fails = status < 0;
  if (later && n > 0) fails = false;
  if (later && n == 0) fails = failing_ || agains_ >= max_failures;
  if (std::exchange(failing_, fails) == fails) return change::none;
  return fails ? change::failing : change::recovered;
}

sink_queue::change sink_queue::look(nanoseconds now) noexcept {
  if (!in_flight_ || failing_ || now < late_at_) return change::none;
  failing_ = true;
  return change::failing;
}

nanoseconds sink_queue::due() const noexcept {
  if (open_ && in_flight_ && !failing_) return late_at_;
  if (open_ && !in_flight_ && !waiting_.empty()) return not_before_;
  return nanoseconds::max();
}

event_batch sink_queue::take_all() {
  event_batch out(waiting_.begin(), waiting_.end());
  waiting_.clear();
  return out;
}

void sink_queue::stopped(std::size_t offered, std::uint32_t taken) noexcept {
  const std::size_t n = std::min<std::size_t>(taken, offered);
  counters_.delivered += n;
  counters_.dropped_stopped += offered - n;
}

std::uint64_t sink_queue::lost_to_tell(nanoseconds now) noexcept {
  if (!took_ || failing_ || now < tell_after_ || told_ == counters_.dropped()) return 0;
  took_ = false;
  tell_after_ = now + lost_interval;
  return counters_.dropped() - std::exchange(told_, counters_.dropped());
}

} // namespace reeve::app
