// SPDX-License-Identifier: Apache-2.0
// Names of metrics and labels as Prometheus has them.
#pragma once

#include <string>
#include <string_view>

namespace reeve::perf_counter {

inline constexpr std::string_view name_prefix = "reeve_perf_";

// A name that the user chose: "temperature_celsius", with or without the prefix, for a counter also with "_total".
// Empty when it cannot be one, and `problem` says why. The result has neither prefix nor "_total".
std::string chosen_name(std::string_view name, bool counter, std::string& problem);

bool is_label_key(std::string_view key) noexcept;

// The base unit that the name ends in: "seconds" of "read_seconds"; empty: it ends in none.
std::string_view unit_of(std::string_view name) noexcept;

} // namespace reeve::perf_counter
