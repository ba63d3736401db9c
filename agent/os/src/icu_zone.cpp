// SPDX-License-Identifier: Apache-2.0
#include "icu_zone.hpp"

#include "parse/yearly_change.hpp"
#include "reeve/base/strings.hpp"
#include "zone_source.hpp"

#include <array>
#include <cmath>
#include <string>

namespace reeve::os {

using namespace std::chrono;

namespace {

error icu_failed(std::string_view name, std::int32_t status) {
  return {errc::failed, cat("ICU cannot read the time zone \"", name, "\" (error ", status, ")")};
}

result<time_zone> walk(const icu_functions& icu, icu_functions::calendar c, std::string_view name) {
  time_zone out;
  std::int32_t status = 0;
  sys_seconds at{}; // 1970
  while (at < zone_end) {
    icu.set_millis(c, static_cast<double>(at.time_since_epoch().count()) * 1000, &status);
    const milliseconds offset(icu.get(c, icu_functions::zone_offset_field, &status) +
                              icu.get(c, icu_functions::dst_field, &status));
    if (status > 0) return icu_failed(name, status);
    parse::append_offset(out, out.offsets.empty() ? zone_begin : at, floor<seconds>(offset));
    double next = 0;
    const bool has_next = icu.transition(c, icu_functions::next_transition, &next, &status) != 0;
    if (status > 0) return icu_failed(name, status);
    if (!has_next) break;
    const sys_seconds then(seconds(static_cast<std::int64_t>(std::floor(next / 1000))));
    if (then <= at) return icu_failed(name, status);
    at = then;
  }
  return out;
}

} // namespace

result<time_zone> read_icu_zone(const icu_functions& icu, std::string_view name) {
  const std::u16string id(name.begin(), name.end());
  const auto length = static_cast<std::int32_t>(id.size());
  std::array<char16_t, 128> canonical{};
  std::int8_t known = 0;
  std::int32_t status = 0;
  // ucal_open() takes a name that it does not know for GMT.
  icu.canonical_id(id.c_str(), length, canonical.data(), static_cast<std::int32_t>(canonical.size()), &known,
                   &status);
  if (status > 0 || !known) return no_such_zone(name);
  icu_functions::calendar c = icu.open(id.c_str(), length, "en", icu_functions::gregorian, &status);
  if (status > 0 || c == nullptr) return icu_failed(name, status);
  result<time_zone> out = walk(icu, c, name);
  icu.close(c);
  return out;
}

} // namespace reeve::os
