// SPDX-License-Identifier: Apache-2.0
// Series made up to show where implementations of PromQL differ, as OpenMetrics text.
#pragma once

#include <cstdint>
#include <string>

namespace reeve::test {

inline constexpr std::int64_t samples_begin = 1'767'225'600; // 2026-01-01 00:00:00 UTC, in Unix seconds
inline constexpr std::int64_t samples_end = samples_begin + 3600;

// Always the same. See the function for what each is there for.
std::string made_samples();

} // namespace reeve::test
