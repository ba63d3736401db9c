// SPDX-License-Identifier: Apache-2.0
// What a performance counter of Windows is to Prometheus: its type, its name, its value in base units.
// "Performance Counter Types" and the page of each type, Microsoft's documentation of winperf.h.
#pragma once

#include "parse/pdh_path.hpp"
#include "reeve/os/counter_source.hpp"

#include <cstdint>
#include <optional>

namespace reeve::os::parse {

// winperf.h's numbers, which the Windows source compares with its header.
enum : std::uint32_t {
  perf_counter_rawcount_hex = 0x00000000,
  perf_counter_large_rawcount_hex = 0x00000100,
  perf_counter_rawcount = 0x00010000,
  perf_counter_large_rawcount = 0x00010100,
  perf_counter_delta = 0x00400400,
  perf_counter_large_delta = 0x00400500,
  perf_sample_counter = 0x00410400,
  perf_counter_queuelen_type = 0x00450400,
  perf_counter_large_queuelen_type = 0x00450500,
  perf_counter_100ns_queuelen_type = 0x00550500,
  perf_counter_obj_time_queuelen_type = 0x00650500,
  perf_counter_counter = 0x10410400,
  perf_counter_bulk_count = 0x10410500,
  perf_raw_fraction = 0x20020400,
  perf_large_raw_fraction = 0x20020500,
  perf_counter_timer = 0x20410500,
  perf_precision_system_timer = 0x20470500,
  perf_100nsec_timer = 0x20510500,
  perf_precision_100ns_timer = 0x20570500,
  perf_obj_time_timer = 0x20610500,
  perf_precision_object_timer = 0x20670500,
  perf_sample_fraction = 0x20C20400,
  perf_counter_timer_inv = 0x21410500,
  perf_100nsec_timer_inv = 0x21510500,
  perf_counter_multi_timer = 0x22410500,
  perf_100nsec_multi_timer = 0x22510500,
  perf_counter_multi_timer_inv = 0x23410500,
  perf_100nsec_multi_timer_inv = 0x23510500,
  perf_average_timer = 0x30020400,
  perf_elapsed_time = 0x30240500,
  perf_average_bulk = 0x40020500,
};

// A raw value as PDH hands it out (PDH_RAW_COUNTER).
struct pdh_raw {
  std::int64_t first = 0, second = 0;
  std::uint32_t multi_count = 1;
};

// Of one counter.
struct pdh_clock {
  double ticks_per_second = 0; // PdhGetCounterTimeBase
  std::uint64_t boot = 0;      // when the system was started, as a FILETIME
};

// Kind, name, unit and help. Nothing: a type without a meaning of its own (text, a base of another counter).
std::optional<counter_measure> pdh_measure(const pdh_path& path, std::uint32_t type);

// The value in the unit of pdh_measure(). Nothing: the type has none, or the value is not there (a fraction of nothing).
// - Rates give the count behind them, timers the seconds, so that rate() gives what Windows shows.
// - Inverse timers, such as "% Processor Time", count idle time; here they are the rest of all time since the start.
// - Averages per operation give the sum that is divided.
// - Mean queue lengths give length times time: their rate is the mean length.
std::optional<double> pdh_value(const pdh_path& path, std::uint32_t type, const pdh_raw& raw,
                                const pdh_clock& clock);

} // namespace reeve::os::parse
