// SPDX-License-Identifier: Apache-2.0
// Patterns of file names: * and ? within a name, ** as a whole component for any number of folders. A leading dot is
// nothing special.
#pragma once

#include "reeve/base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::os {

inline constexpr std::size_t max_pattern_matches = 4096;
inline constexpr std::size_t max_pattern_visits = 100'000; // entries of folders that are looked at

bool is_pattern(std::string_view path) noexcept;

// The whole path against a pattern; both with '/' between components.
bool matches_pattern(std::string_view path, std::string_view pattern, bool ignore_case) noexcept;

// Files and folders that exist and match, sorted. `pattern` is absolute, with '/' between components. Folders that may
// not be listed are left out. Links to folders are followed where the pattern names a component, not under **. limit
// past one of the bounds above.
result<std::vector<std::string>> expand_pattern(std::string_view pattern, bool ignore_case);

} // namespace reeve::os
