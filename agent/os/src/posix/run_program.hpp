// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace reeve::os {

struct program_end {
  int status = 0;     // the exit status; 128 and the signal's number after a signal
  std::string output; // both streams, at most max_program_output bytes
};
inline constexpr std::size_t max_program_output = 64 * 1024;

// Runs `program` (a path; no shell, standard input empty) to its end, and kills it when `patience` is over:
// errc::timed_out. SIGXFSZ ends one that writes more than `largest_file` bytes to a file.
inline constexpr std::uint64_t any_size = UINT64_MAX;
result<program_end> run_program(const std::string& program, const std::vector<std::string>& args,
                                nanoseconds patience, std::uint64_t largest_file = any_size);

} // namespace reeve::os
