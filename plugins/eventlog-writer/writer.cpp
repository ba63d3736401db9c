// SPDX-License-Identifier: Apache-2.0
#include "writer.hpp"

#include <utility>

namespace reeve::eventlog_writer {

writer::writer(std::unique_ptr<system_log> log, std::uint32_t rate_limit_, nanoseconds rate_interval)
    : log_(std::move(log)), limit_(rate_limit_, rate_interval) {}

bool writer::put(const record& r) {
  const write_result result = log_->write(r);
  up_ = result != write_result::later;
  if (result == write_result::written) {
    const std::string_view name = log_->backend();
    const auto at = counters_.written.find(name);
    if (at == counters_.written.end())
      counters_.written.emplace(name, 1);
    else
      ++at->second;
  } else if (result == write_result::impossible) {
    ++counters_.refused;
  }
  return up_;
}

void writer::summarise(nanoseconds now, std::int64_t unix_now_ns, bool all) {
  for (record& r : limit_.summaries(now, all)) {
    r.unix_ns = unix_now_ns;
    if (summaries_.size() >= max_summaries)
      ++counters_.lost_summaries;
    else
      summaries_.push_back(std::move(r));
  }
  while (!summaries_.empty() && put(summaries_.front()))
    summaries_.pop_front();
}

std::uint32_t writer::take(std::span<const reeve_event* const> events, nanoseconds now,
                           std::int64_t unix_now_ns) {
  summarise(now, unix_now_ns);
  if (!summaries_.empty()) return 0; // the log is away
  std::uint32_t done = 0;
  for (const reeve_event* e : events) {
    const record r = record_of(*e);
    // One that is offered again has passed already.
    const bool admitted = (r.seq != 0 && r.seq == admitted_) || limit_.admit(r, now);
    if (admitted) {
      admitted_ = r.seq;
      if (!put(r)) return done;
    }
    ++done;
  }
  return done;
}

} // namespace reeve::eventlog_writer
