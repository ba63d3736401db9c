// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/clock.hpp"

namespace reeve::remedy {

// Both clocks, which a test moves on.
class fake_clock final : public clock {
 public:
  nanoseconds mono() const noexcept override { return mono_; }
  nanoseconds unix_time() const noexcept override { return unix_; }
  void pass(nanoseconds time) {
    mono_ += time;
    unix_ += time;
  }
  void set_by(nanoseconds jump) { unix_ += jump; } // as an administrator or NTP does it

 private:
  nanoseconds mono_ = std::chrono::hours(5);
  nanoseconds unix_ = std::chrono::seconds(1'795'000'000); // 2026-11-18T11:06:40Z, a Wednesday
};

} // namespace reeve::remedy
