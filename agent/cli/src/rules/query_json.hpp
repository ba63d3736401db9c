// SPDX-License-Identifier: Apache-2.0
// Answers in the form of Prometheus' instant-query API. Pure.
#pragma once

#include "reeve/rules/evaluation.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::cli {

// As vectors are shown: ordered by their text.
std::vector<rules::sample> in_order(std::vector<rules::sample> samples);

std::string query_json(const rules::instant_value& value, std::int64_t at_ms,
                       const std::vector<std::string>& warnings = {});
std::string query_failed_json(std::string_view kind, std::string_view message); // "bad_data", "execution"

} // namespace reeve::cli
