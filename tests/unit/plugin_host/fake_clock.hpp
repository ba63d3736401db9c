// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/clock.hpp"

#include <atomic>

namespace reeve::test {

// Moves only when the test says so. Safe from any thread.
class fake_clock final : public clock {
 public:
  nanoseconds mono() const noexcept override { return nanoseconds(mono_.load()); }
  nanoseconds unix_time() const noexcept override { return mono() + nanoseconds(1'700'000'000'000'000'000); }
  void advance(nanoseconds by) noexcept { mono_ += by.count(); }

 private:
  std::atomic<std::int64_t> mono_{1'000'000'000};
};

} // namespace reeve::test
