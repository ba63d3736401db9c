// SPDX-License-Identifier: Apache-2.0
// Events into the system's log: the limit on each id, the order, and what is counted. Time comes in through `now`; one
// thread.
#pragma once

#include "rate_limit.hpp"
#include "system_log.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>

namespace reeve::eventlog_writer {

struct writer_counters {
  std::map<std::string, std::uint64_t, std::less<>> written; // by backend
  std::uint64_t refused = 0;                                 // the log will never take them
  std::uint64_t lost_summaries = 0;                          // more than max_summaries were waiting
};

class writer {
 public:
  using nanoseconds = std::chrono::nanoseconds;
  // What was held back is told by records of the writer's own, which wait here while the log is away.
  static constexpr std::size_t max_summaries = 64;

  writer(std::unique_ptr<system_log> log, std::uint32_t rate_limit, nanoseconds rate_interval);

  // How many of them are dealt with; the rest must be offered again later.
  std::uint32_t take(std::span<const reeve_event* const> events, nanoseconds now, std::int64_t unix_now_ns);
  // Tells what was held back in windows that have ended; in all of them when the writer is about to end.
  void summarise(nanoseconds now, std::int64_t unix_now_ns, bool all = false);

  bool up() const noexcept { return up_; } // the last write succeeded, or there was none yet
  const std::string& trouble() const noexcept { return log_->trouble(); }
  std::string_view backend() const noexcept { return log_->backend(); }
  std::uint64_t held_back() const noexcept { return limit_.held_back(); }
  const writer_counters& count() const noexcept { return counters_; }

 private:
  bool put(const record& r); // false: later

  std::unique_ptr<system_log> log_;
  rate_limit limit_;
  std::deque<record> summaries_;
  std::uint64_t admitted_ = 0; // `seq` of an event that passed the limit and is not written yet
  bool up_ = true;
  writer_counters counters_;
};

} // namespace reeve::eventlog_writer
