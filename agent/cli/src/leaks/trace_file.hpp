// SPDX-License-Identifier: Apache-2.0
// A recorded series: lines of unix_seconds,value.
#pragma once

#include "reeve/base/result.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace reeve::cli {

struct trace_point {
  double unix_seconds = 0; // grows from one to the next
  double value = 0;        // not negative
};

// A first line that is exactly "unix_seconds,value" is a title. Every other line is a point; lines may end in CR. The
// error names every bad line, up to ten, as FILE:LINE: what is wrong.
result<std::vector<trace_point>> read_trace(std::istream& in, const std::string& file);

} // namespace reeve::cli
