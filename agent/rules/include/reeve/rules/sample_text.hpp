// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/rules/label_set.hpp"
#include "reeve/rules/series_memory.hpp"

#include "reeve/base/result.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace reeve::rules {

struct timed_sample {
  label_set_ptr labels;
  point at;
};

// Samples as OpenMetrics text has them (OpenMetrics 1.0.0), each with its time in seconds, up to "# EOF": the file that
// `promtool tsdb create-blocks-from openmetrics` takes. Help, types, units and exemplars are read over. Of a time what is
// below a millisecond is cut off. The error names the line.
result<std::vector<timed_sample>> read_samples(std::string_view text);

// Into the memory, series by series in the order of their labels: that in which Prometheus adds them up. Only what is
// selected there is taken. A sample that is not newer than those of its series before it is left out, as promtool does it:
// in each two hours from 1970 on by itself.
void load_samples(std::vector<timed_sample> samples, series_memory& memory);

} // namespace reeve::rules
