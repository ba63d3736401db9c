// SPDX-License-Identifier: Apache-2.0
// SystemProcessorPerformanceInformation: one entry for each processor ("NtQuerySystemInformation function
// (winternl.h)"; the reserved members: phnt headers of System Informer).
#pragma once

#include "counters/catalogue.hpp"

#include <cstddef>
#include <span>

namespace reeve::os::parse {

inline constexpr std::size_t processor_times_size = 48;

// Modes in seconds. False: not even one entry.
bool parse_processor_times(std::span<const std::byte> bytes, counter_sink& out);

} // namespace reeve::os::parse
