// SPDX-License-Identifier: Apache-2.0
#include "ps/units.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>

namespace reeve::cli {
namespace {

using namespace std::chrono_literals;

TEST(human_bytes, keeps_two_to_four_digits) {
  const std::pair<std::uint64_t, const char*> cases[] = {
      {0, "0 B"},
      {1023, "1023 B"},
      {1024, "1.0 KiB"},
      {1536, "1.5 KiB"},
      {10 * 1024 - 1, "9.9 KiB"},
      {10 * 1024, "10 KiB"},
      {1024 * 1024 - 1, "1023 KiB"},
      {1024 * 1024, "1.0 MiB"},
      {std::uint64_t{5} << 30, "5.0 GiB"},
      {std::numeric_limits<std::uint64_t>::max(), "15 EiB"}};
  for (const auto& [bytes, text] : cases)
    EXPECT_EQ(human_bytes(bytes), text);
}

TEST(human_cpu_time, loses_the_small_units_as_it_grows) {
  EXPECT_EQ(human_cpu_time(0s), "0.00s");
  EXPECT_EQ(human_cpu_time(50ms), "0.05s");
  EXPECT_EQ(human_cpu_time(59s + 999ms), "59.99s");
  EXPECT_EQ(human_cpu_time(65s), "1m05s");
  EXPECT_EQ(human_cpu_time(3h + 7min + 59s), "3h07m");
  EXPECT_EQ(human_cpu_time(24h * 12 + 3h), "12d03h");
}

TEST(human_start, shows_the_time_of_today_and_the_date_of_before) {
  const nanoseconds now = 1'700'000'000s;
  EXPECT_EQ(human_start(now - 23h, now).size(), 8u); // in whatever time zone this runs
  EXPECT_EQ(human_start(now - 23h, now)[2], ':');
  EXPECT_EQ(human_start(now - 48h, now).substr(0, 8), "2023-11-");
  EXPECT_EQ(human_start(now + 1h, now).substr(0, 8), "2023-11-"); // a clock that was set back
}

} // namespace
} // namespace reeve::cli
