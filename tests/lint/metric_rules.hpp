// SPDX-License-Identifier: Apache-2.0
// What every metric of Reeve keeps to, beyond what the formats ask: Prometheus' "Metric and label naming" and "Writing
// exporters", and docs/metrics.md.
#pragma once

#include "tests/support/exposition_parser.hpp"

#include <string>
#include <vector>

namespace reeve::lint {

// One line for each thing that is wrong, "NAME: what". Names that other exporters chose (docs/metrics.md, `compat`) are
// only asked for help and type.
std::vector<std::string> metric_problems(const test::exposition& e);

} // namespace reeve::lint
