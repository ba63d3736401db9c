// SPDX-License-Identifier: Apache-2.0
// Times of the week in which nothing is done. Pure.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/config/remedy_settings.hpp"
#include "reeve/os/time_zone.hpp"

#include <string_view>

namespace reeve::remedy {

struct maintenance_window {
  config::maintenance_settings settings;
  os::time_zone zone; // that settings.time_zone names

  // By the clock of the zone: in the night of a change of the clocks it is an hour longer or shorter.
  bool is_within(nanoseconds unix_time) const noexcept;
  bool covers(std::string_view rule) const noexcept;
};

} // namespace reeve::remedy
