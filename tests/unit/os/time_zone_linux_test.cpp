// SPDX-License-Identifier: Apache-2.0
// The zones of this machine against glibc, and ICU's against them.
#include "icu_zone.hpp"
#include "zone_source.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <ctime>
#include <dlfcn.h>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace reeve::os {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

class variable_tz {
 public:
  explicit variable_tz(const char* value) {
    if (const char* old = std::getenv("TZ")) old_ = old;
    ::setenv("TZ", value, 1);
    ::tzset();
  }
  variable_tz(const variable_tz&) = delete;
  ~variable_tz() {
    if (old_)
      ::setenv("TZ", old_->c_str(), 1);
    else
      ::unsetenv("TZ");
    ::tzset();
  }

 private:
  std::optional<std::string> old_;
};

seconds offset_in_glibc(sys_seconds at) {
  const std::time_t now = at.time_since_epoch().count();
  std::tm out{};
  ::localtime_r(&now, &out);
  return seconds(out.tm_gmtoff);
}

std::vector<std::string> all_zones() {
  std::vector<std::string> out;
  const std::filesystem::path root = "/usr/share/zoneinfo";
  for (const char* area :
       {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"})
    for (const auto& file : std::filesystem::recursive_directory_iterator(root / area))
      if (file.is_regular_file()) out.push_back(file.path().lexically_relative(root).string());
  return out;
}

// Around every change, and in the middle between two.
void expect_as_glibc(const time_zone& zone, const std::string& name) {
  for (std::size_t i = 1; i < zone.offsets.size(); ++i) {
    const sys_seconds from = zone.offsets[i].from;
    ASSERT_EQ(offset_in_glibc(from - 1s), zone.offsets[i - 1].offset) << name << " " << i;
    ASSERT_EQ(offset_in_glibc(from), zone.offsets[i].offset) << name << " " << i;
  }
  for (sys_seconds at{}; at < zone_end; at += hours(24 * 9))
    ASSERT_EQ(offset_in_glibc(at), zone.offset_at(at)) << name << " " << at.time_since_epoch().count();
}

TEST(time_zone_linux, every_zone_of_this_machine_agrees_with_glibc) {
  const std::vector<std::string> zones = all_zones();
  ASSERT_GT(zones.size(), 300u);
  for (const std::string& name : zones) {
    const variable_tz tz(name.c_str());
    const result<time_zone> zone = load_time_zone(name);
    ASSERT_TRUE(zone) << zone.error().message;
    expect_as_glibc(*zone, name);
    if (HasFatalFailure()) return;
  }
}

TEST(time_zone_linux, the_variable_tz_is_taken_as_glibc_takes_it) {
  for (const char* value :
       {"", "Asia/Kolkata", ":America/New_York", "/usr/share/zoneinfo/Europe/Berlin",
        "CET-1CEST,M3.5.0,M10.5.0/3", "<-0330>3:30<-0230>,M3.2.0,M11.1.0", "AEST-10AEDT,M10.1.0,M4.1.0/3"}) {
    const variable_tz tz(value);
    const result<time_zone> zone = load_time_zone("local");
    ASSERT_TRUE(zone) << zone.error().message;
    expect_as_glibc(*zone, value);
  }
}

TEST(time_zone_linux, without_the_variable_the_local_one_is_that_of_glibc) {
  const variable_tz tz("");
  ::unsetenv("TZ");
  ::tzset();
  const result<time_zone> zone = load_time_zone("local");
  ASSERT_TRUE(zone) << zone.error().message;
  expect_as_glibc(*zone, "local");
}

TEST(time_zone_linux, a_folder_and_a_file_of_another_kind_are_no_zone) {
  EXPECT_EQ(load_time_zone("Europe").error().code, errc::not_found);
  EXPECT_FALSE(load_time_zone("tzdata.zi"));
  EXPECT_FALSE(load_time_zone("zone1970.tab"));
  const variable_tz tz("nonsense");
  EXPECT_THAT(load_time_zone("local").error().message, testing::HasSubstr("TZ"));
}

// The same functions that Windows has in icu.dll, under the names of this machine's version.
std::optional<icu_functions> icu_of_this_machine() {
  for (int version = 80; version >= 60; --version) {
    const std::string number = std::to_string(version);
    void* icu = ::dlopen(("libicui18n.so." + number).c_str(), RTLD_NOW);
    if (icu == nullptr) continue;
    icu_functions out{};
    const auto find = [&](const char* name, auto& to) {
      void* found = ::dlsym(icu, (std::string(name) + "_" + number).c_str());
      to = reinterpret_cast<std::remove_reference_t<decltype(to)>>(found);
      return found != nullptr;
    };
    if (find("ucal_getCanonicalTimeZoneID", out.canonical_id) && find("ucal_open", out.open) &&
        find("ucal_close", out.close) && find("ucal_setMillis", out.set_millis) &&
        find("ucal_get", out.get) && find("ucal_getTimeZoneTransitionDate", out.transition))
      return out;
  }
  return std::nullopt;
}

TEST(icu_zone, agrees_with_the_files) {
  const std::optional<icu_functions> icu = icu_of_this_machine();
  if (!icu) GTEST_SKIP() << "no libicui18n on this machine";
  for (const char* name : {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata",
                           "America/Sao_Paulo", "Pacific/Apia", "Europe/London", "UTC"}) {
    const result<time_zone> by_icu = read_icu_zone(*icu, name);
    ASSERT_TRUE(by_icu) << by_icu.error().message;
    EXPECT_EQ(by_icu->offsets, load_time_zone(name)->offsets) << name;
  }
}

TEST(icu_zone, a_name_that_icu_does_not_know_is_refused) {
  const std::optional<icu_functions> icu = icu_of_this_machine();
  if (!icu) GTEST_SKIP() << "no libicui18n on this machine";
  for (const char* name : {"Europe/Nowhere", "GMT+3", "x"})
    EXPECT_EQ(read_icu_zone(*icu, name).error().code, errc::not_found) << name;
}

// ucal.h: where it fails it answers as if there were no more changes.
TEST(icu_zone, changes_that_icu_cannot_look_up_are_an_error) {
  std::optional<icu_functions> icu = icu_of_this_machine();
  if (!icu) GTEST_SKIP() << "no libicui18n on this machine";
  icu->transition = [](icu_functions::calendar, std::int32_t, double*, std::int32_t* status) -> std::int8_t {
    *status = 7; // U_MEMORY_ALLOCATION_ERROR
    return 0;
  };
  const result<time_zone> zone = read_icu_zone(*icu, "Europe/Berlin");
  ASSERT_FALSE(zone);
  EXPECT_NE(zone.error().message.find("Europe/Berlin"), std::string::npos) << zone.error().message;
}

} // namespace
} // namespace reeve::os
