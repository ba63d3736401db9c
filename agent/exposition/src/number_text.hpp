// SPDX-License-Identifier: Apache-2.0
// Numbers as both exposition formats write them. Reading one back gives the same double.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace reeve::exposition {

inline constexpr std::size_t max_number_bytes = 32;

// These write at most max_number_bytes at `out` and return the end.
char* put_integer(char* out, std::uint64_t value) noexcept;
// Below 2^63 integers come without an exponent; otherwise the shortest text. NaN, +Inf, -Inf.
char* put_double(char* out, double value) noexcept;

// The value of an le label in text 0.0.4; OpenMetrics has store::canonical_bound().
std::string plain_bound(double bound);

} // namespace reeve::exposition
