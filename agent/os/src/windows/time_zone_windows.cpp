// SPDX-License-Identifier: Apache-2.0
#include "icu_zone.hpp"
#include "parse/windows_time_zone.hpp"
#include "reeve/base/strings.hpp"
#include "windows/error.hpp"
#include "windows/windows.hpp"
#include "zone_source.hpp"

#include <cstring>
#include <optional>
#include <vector>

namespace reeve::os {

namespace {

template <class F>
bool find_function(HMODULE library, const char* name, F& out) noexcept {
  const FARPROC found = GetProcAddress(library, name);
  if (!found) return false;
  static_assert(sizeof out == sizeof found);
  std::memcpy(&out, &found, sizeof out);
  return true;
}

std::optional<icu_functions> find_icu() {
  // Never unloaded: ICU keeps what it has read.
  const HMODULE icu = LoadLibraryExW(L"icu.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
  icu_functions out{};
  if (icu && find_function(icu, "ucal_getCanonicalTimeZoneID", out.canonical_id) &&
      find_function(icu, "ucal_open", out.open) && find_function(icu, "ucal_close", out.close) &&
      find_function(icu, "ucal_setMillis", out.set_millis) && find_function(icu, "ucal_get", out.get) &&
      find_function(icu, "ucal_getTimeZoneTransitionDate", out.transition))
    return out;
  return std::nullopt;
}

parse::windows_date date_of(const SYSTEMTIME& t) noexcept {
  return {t.wYear, t.wMonth, t.wDayOfWeek, t.wDay, t.wHour, t.wMinute, t.wSecond, t.wMilliseconds};
}

// TIME_ZONE_INFORMATION, and DYNAMIC_TIME_ZONE_INFORMATION, which begins with the same members.
template <class T>
parse::windows_zone_year rules_of(int year, const T& zone) noexcept {
  return {year,
          zone.Bias,
          zone.StandardBias,
          zone.DaylightBias,
          date_of(zone.StandardDate),
          date_of(zone.DaylightDate)};
}

constexpr int first_year = 1990, end_year = 2200;

} // namespace

result<time_zone> read_local_zone() {
  DYNAMIC_TIME_ZONE_INFORMATION now{};
  if (GetDynamicTimeZoneInformation(&now) == TIME_ZONE_ID_INVALID)
    return windows_error(GetLastError(), "cannot read the time zone of this machine");
  std::vector<parse::windows_zone_year> years;
  for (int year = first_year; year < end_year; ++year) {
    TIME_ZONE_INFORMATION then{};
    // These have the same rules always: who has switched the yearly rules off, and has no dates in them when the changes are
    // off, too ("DYNAMIC_TIME_ZONE_INFORMATION structure"); and a zone without a key in the registry.
    if (!now.DynamicDaylightTimeDisabled && now.TimeZoneKeyName[0] != 0 &&
        GetTimeZoneInformationForYear(static_cast<USHORT>(year), &now, &then))
      years.push_back(rules_of(year, then));
    else
      years.push_back(rules_of(year, now));
  }
  return parse::zone_of_windows_years(years);
}

result<time_zone> read_named_zone(const std::string& name) {
  const std::optional<icu_functions> icu = find_icu();
  if (!icu)
    return error{errc::unsupported,
                 cat("the time zone \"", name,
                     "\" needs icu.dll, which is part of Windows 10 1903, Server 2022 and later; "
                     "\"local\" and \"UTC\" work without it")};
  return read_icu_zone(*icu, name);
}

} // namespace reeve::os
