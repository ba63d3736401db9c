// SPDX-License-Identifier: Apache-2.0
#include "reeve/config/size.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace reeve::config {

namespace {

struct unit {
  std::string_view name;
  std::uint64_t bytes;
};
constexpr std::array<unit, 9> units{{{"TiB", 1ull << 40},
                                     {"TB", 1'000'000'000'000},
                                     {"GiB", 1ull << 30},
                                     {"GB", 1'000'000'000},
                                     {"MiB", 1ull << 20},
                                     {"MB", 1'000'000},
                                     {"KiB", 1ull << 10},
                                     {"KB", 1'000},
                                     {"B", 1}}};

error bad_size(std::string_view text, std::string_view why) {
  return {errc::invalid_argument,
          cat("\"", text, "\" is not a size (", why, "); write it like 64KB, 10MB or 1GiB")};
}

} // namespace

result<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t number = 0;
  const auto [stop, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status == std::errc::result_out_of_range) return bad_size(text, "too large");
  if (status != std::errc{}) return bad_size(text, "it does not begin with a number");
  std::string_view name = text.substr(static_cast<std::size_t>(stop - text.data()));
  if (name.starts_with(' ')) name.remove_prefix(1);
  if (name.empty()) return bad_size(text, "its unit is missing");
  const auto* found = std::find_if(units.begin(), units.end(), [&](const unit& u) { return u.name == name; });
  if (found == units.end()) return bad_size(text, "unknown unit");
  if (number > std::numeric_limits<std::uint64_t>::max() / found->bytes) return bad_size(text, "too large");
  return number * found->bytes;
}

std::string format_size(std::uint64_t bytes) {
  if (bytes == 0) return "0B";
  const auto* found =
      std::find_if(units.begin(), units.end(), [&](const unit& u) { return bytes % u.bytes == 0; });
  return cat(bytes / found->bytes, found->name);
}

} // namespace reeve::config
