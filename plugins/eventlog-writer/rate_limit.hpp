// SPDX-License-Identifier: Apache-2.0
// So many events of one id in so long; what is over is held back and summed up. Time comes in through `now`; one thread.
#pragma once

#include "record.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace reeve::eventlog_writer {

class rate_limit {
 public:
  using nanoseconds = std::chrono::nanoseconds;
  // Further (source, id) pairs share one allowance, so that neither memory nor output grows with them.
  static constexpr std::size_t max_ids = 512;

  // `most` events in each window of `interval`, which begins with the first event; 0: no limit.
  rate_limit(std::uint32_t most, nanoseconds interval) : most_(most), interval_(interval) {}

  bool admit(const record& r, nanoseconds now); // false: held back

  // "12 more of event 24 ..." for each window that has ended, or for all of them when `now` does not matter any more.
  std::vector<record> summaries(nanoseconds now, bool all = false);

  std::uint64_t held_back() const noexcept { return held_back_; }

 private:
  struct window {
    nanoseconds began{0};
    std::uint32_t passed = 0;
    std::uint64_t held = 0;
    std::uint32_t severity = 0;
    std::string name; // of the first event held back
  };
  std::uint32_t most_;
  nanoseconds interval_;
  std::map<std::pair<std::string, std::uint32_t>, window> windows_;
  std::uint64_t held_back_ = 0;
};

} // namespace reeve::eventlog_writer
