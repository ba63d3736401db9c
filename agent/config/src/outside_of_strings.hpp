// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace reeve::config {

// Where the first byte beyond ASCII stands that is in no string and no comment of a TOML text: the language has none there
// (TOML 1.0.0). Nothing: there is none, or a string before it does not end.
std::optional<std::size_t> first_foreign_byte(std::string_view toml) noexcept;

} // namespace reeve::config
