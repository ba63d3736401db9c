// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/rules/sample_text.hpp"

#include <string>
#include <vector>

namespace reeve::cli {

// Samples as OpenMetrics text in a file; "-": on standard input.
result<std::vector<rules::timed_sample>> read_sample_file(const std::string& path);

} // namespace reeve::cli
