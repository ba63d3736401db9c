// SPDX-License-Identifier: Apache-2.0
#include "reeve/base/clock.hpp"

namespace reeve {

namespace {

class std_clock final : public clock {
 public:
  nanoseconds mono() const noexcept override {
    return std::chrono::duration_cast<nanoseconds>(std::chrono::steady_clock::now().time_since_epoch());
  }
  nanoseconds unix_time() const noexcept override {
    return std::chrono::duration_cast<nanoseconds>(std::chrono::system_clock::now().time_since_epoch());
  }
};

} // namespace

const clock& system_clock() noexcept {
  static const std_clock instance;
  return instance;
}

} // namespace reeve
