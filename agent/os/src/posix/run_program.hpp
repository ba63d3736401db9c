// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"

#include <string>
#include <vector>

namespace reeve::os {

struct program_end {
  int status = 0;     // the exit status; 128 and the signal's number after a signal
  std::string output; // both streams, at most max_program_output bytes
};
inline constexpr std::size_t max_program_output = 64 * 1024;

// Runs `program` (a path; no shell, standard input empty) to its end, and kills it when `patience` is over:
// errc::timed_out.
result<program_end> run_program(const std::string& program, const std::vector<std::string>& args,
                                nanoseconds patience);

} // namespace reeve::os
