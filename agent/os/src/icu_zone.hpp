// SPDX-License-Identifier: Apache-2.0
// Time zones by the functions of ICU, which the caller has found in a library: ucal.h of ICU 53 and later.
#pragma once

#include "reeve/os/time_zone.hpp"

#include <cstdint>
#include <string_view>

namespace reeve::os {

struct icu_functions {
  using calendar = void*;
  static constexpr std::int32_t gregorian = 1;                          // UCAL_GREGORIAN
  static constexpr std::int32_t zone_offset_field = 15, dst_field = 16; // UCAL_ZONE_OFFSET, UCAL_DST_OFFSET
  static constexpr std::int32_t next_transition = 0;                    // UCAL_TZ_TRANSITION_NEXT

  std::int32_t (*canonical_id)(const char16_t* id, std::int32_t length, char16_t* out, std::int32_t capacity,
                               std::int8_t* is_system_id,
                               std::int32_t* status); // ucal_getCanonicalTimeZoneID
  calendar (*open)(const char16_t* zone, std::int32_t length, const char* locale, std::int32_t type,
                   std::int32_t* status);                                         // ucal_open
  void (*close)(calendar c);                                                      // ucal_close
  void (*set_millis)(calendar c, double unix_milliseconds, std::int32_t* status); // ucal_setMillis
  std::int32_t (*get)(calendar c, std::int32_t field, std::int32_t* status);      // ucal_get
  std::int8_t (*transition)(calendar c, std::int32_t type, double* out,
                            std::int32_t* status); // ucal_getTimeZoneTransitionDate
};

result<time_zone> read_icu_zone(const icu_functions& icu, std::string_view name);

} // namespace reeve::os
