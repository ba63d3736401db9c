// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/time_zone.hpp"

#include "reeve/base/strings.hpp"
#include "zone_source.hpp"

#include <algorithm>

namespace reeve::os {

namespace {

// Also keeps a name from leading out of the folder of the zones.
bool is_zone_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= 100 && name.front() != '/' && name.back() != '/' &&
         name.find("//") == name.npos && std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                  c == '-' || c == '+' || c == '/';
         });
}

} // namespace

std::chrono::seconds time_zone::offset_at(std::chrono::sys_seconds utc) const noexcept {
  const auto next = std::ranges::upper_bound(offsets, utc, {}, &zone_offset::from);
  return next == offsets.begin() ? next->offset : std::prev(next)->offset;
}

error no_such_zone(std::string_view name) {
  return {errc::not_found, cat("there is no time zone \"", name, "\"")};
}

result<time_zone> load_time_zone(std::string_view name) {
  if (name == "UTC") return time_zone{{{zone_begin, std::chrono::seconds(0)}}};
  if (name == "local") return read_local_zone();
  if (!is_zone_name(name)) return no_such_zone(name);
  return read_named_zone(std::string(name));
}

} // namespace reeve::os
