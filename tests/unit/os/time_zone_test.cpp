// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/time_zone.hpp"

#include <gmock/gmock.h>

namespace reeve::os {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(time_zone, utc_needs_nothing_of_the_system) {
  const result<time_zone> utc = load_time_zone("UTC");
  ASSERT_TRUE(utc);
  EXPECT_EQ(utc->offsets, (std::vector<zone_offset>{{zone_begin, 0s}}));
}

TEST(time_zone, names_that_could_lead_elsewhere_are_refused) {
  for (const char* name : {"", "/etc/localtime", "../../etc/localtime", "Europe/../Europe/Berlin",
                           "Europe//Berlin", "Europe/", "Europe\\Berlin", "Europe/Berlin ", "C:zone"})
    EXPECT_EQ(load_time_zone(name).error().code, errc::not_found) << name;
}

TEST(time_zone, of_no_such_name_is_said_to_be_missing_or_the_means_to_know_are) {
  const result<time_zone> zone = load_time_zone("Europe/Nowhere");
  ASSERT_FALSE(zone);
  EXPECT_TRUE(zone.error().code == errc::not_found || zone.error().code == errc::unsupported);
  EXPECT_THAT(zone.error().message, HasSubstr("Europe/Nowhere"));
}

} // namespace
} // namespace reeve::os
