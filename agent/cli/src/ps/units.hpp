// SPDX-License-Identifier: Apache-2.0
// Numbers as a person reads them. Pure functions.
#pragma once

#include "reeve/base/clock.hpp"

#include <cstdint>
#include <string>

namespace reeve::cli {

// "512 B", "4.0 KiB", "1023 MiB": at most four digits and never rounded up to 1024 of a unit.
std::string human_bytes(std::uint64_t bytes);

// CPU time: "0.05s", "59.99s", "1m05s", "3h07m", "12d03h".
std::string human_cpu_time(nanoseconds time);

// Local time: the time of day for the last 24 hours, else the date: "18:38:39", "2026-11-23".
std::string human_start(nanoseconds unix_time, nanoseconds unix_now);

} // namespace reeve::cli
