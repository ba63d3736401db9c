// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/rules/expression.hpp"
#include "reeve/rules/sample_text.hpp"

#include <set>
#include <string>
#include <vector>

namespace reeve::cli {

// Samples as OpenMetrics text in a file; "-": on standard input.
result<std::vector<rules::timed_sample>> read_sample_file(const std::string& path);

// Metrics that the expression selects by name and that are not among `known`.
std::set<std::string> unknown_metrics(const rules::expression& e, const std::set<std::string>& known);

} // namespace reeve::cli
