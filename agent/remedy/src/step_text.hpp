// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/config/remedy_settings.hpp"

#include <chrono>
#include <string>

namespace reeve::remedy {

// "restart process:web", "run /usr/local/bin/clean", "event"; labels are not put in.
std::string describe(const config::step_settings& step);
std::string format_time_of_day(std::chrono::minutes time); // "06:00"

} // namespace reeve::remedy
