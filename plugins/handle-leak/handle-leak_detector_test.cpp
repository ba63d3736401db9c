// SPDX-License-Identifier: Apache-2.0
// The detector on series written down here. How good it is on many is measured in tests/leaks.
#include "leak_detector.hpp"
#include "series_blocks.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace reeve::handle_leak {
namespace {

struct outcome {
  int first = -1; // reading at which a suspicion began
  leak_verdict last;
};

template <class Value>
outcome watch(int readings, Value&& value, const detector_options& o = {}, double interval = 10) {
  leak_detector d(o);
  outcome out;
  for (int i = 0; i < readings; ++i) {
    d.add(1000 + i * interval, std::floor(value(i)));
    if (d.verdict().suspected && out.first < 0) out.first = i;
  }
  out.last = d.verdict();
  return out;
}

double wobble(int i) { // -2 to 2, without a period that a block could have
  return static_cast<double>((i * 7919) % 101) / 25 - 2;
}

TEST(leak_detector, what_stands_still_or_wobbles_is_no_leak) {
  EXPECT_EQ(watch(3000, [](int) { return 100.0; }).first, -1);
  EXPECT_EQ(watch(3000, [](int i) { return 100 + wobble(i); }).first, -1);
}

TEST(leak_detector, an_even_rise_is_a_leak_with_its_slope_and_floor) {
  const outcome o = watch(1000, [](int i) { return 100 + 0.1 * i + wobble(i); });
  EXPECT_GT(o.first, 0);
  EXPECT_NEAR(o.last.slope_per_second, 0.01, 0.001);
  EXPECT_NEAR(o.last.floor, 193, 7); // the least of the last twelfth
  EXPECT_GT(o.last.confidence, 0.9);
  EXPECT_NEAR(seconds_to_limit(o.last, 297).value_or(0), 10000, 1500);
  EXPECT_EQ(seconds_to_limit(o.last, 10), 0);
  EXPECT_FALSE(seconds_to_limit(o.last, INFINITY));
}

TEST(leak_detector, an_even_rise_of_any_speed_is_found_after_550_readings_at_the_latest) {
  for (const double by_reading : {0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 10.0, 100.0}) {
    const outcome o = watch(1000, [&](int i) { return 100 + by_reading * i + wobble(i); });
    EXPECT_GT(o.first, 0) << by_reading;
    EXPECT_LE(o.first, 550) << by_reading;
  }
}

TEST(leak_detector, teeth_on_a_level_floor_are_none_and_on_a_rising_one_are) {
  EXPECT_EQ(watch(2000, [](int i) { return 100 + i % 40; }).first, -1);
  EXPECT_GT(watch(2000, [](int i) { return 100 + i % 40 + 0.2 * i; }).first, 0);
}

TEST(leak_detector, load_levels_are_none) {
  EXPECT_EQ(watch(1500, [](int i) { return 100 + 50 * (i / 500) + wobble(i); }).first, -1);
  EXPECT_EQ(watch(1500, [](int i) { return (i / 300 % 2 == 0 ? 100 : 180) + wobble(i); }).first, -1);
}

TEST(leak_detector, a_warm_up_that_gets_slower_is_none) {
  EXPECT_EQ(watch(2000, [](int i) { return 100 + 200 * (1 - std::exp(-i / 200.0)) + wobble(i); }).first, -1);
}

TEST(leak_detector, a_cycle_is_none) {
  EXPECT_EQ(watch(3000, [](int i) { return 200 - 50 * std::cos(i / 60.0) + wobble(i); }).first, -1);
}

TEST(leak_detector, a_leak_that_begins_midway_is_found) {
  const outcome o = watch(2000, [](int i) { return 100 + std::max(0, i - 1000) * 0.2 + wobble(i); });
  EXPECT_GT(o.first, 1000);
  EXPECT_LT(o.first, 1500);
}

TEST(leak_detector, a_count_that_grows_many_times_is_found_within_two_minutes_at_one_second) {
  const outcome o = watch(
      120, [](int i) { return 5 + i; }, {}, 1);
  EXPECT_GT(o.first, 60);
}

TEST(leak_detector, the_end_of_the_leak_ends_the_suspicion) {
  const outcome o = watch(3000, [](int i) { return 100 + std::min(i, 800) * 0.2 + wobble(i); });
  EXPECT_GT(o.first, 0);
  EXPECT_FALSE(o.last.suspected);
  EXPECT_FALSE(o.last.candidate);
  EXPECT_EQ(o.last.slope_per_second, 0);
}

TEST(series_life, begins_anew_with_the_second_reading_far_below_its_floor) {
  for (const int fall : {200, 201, 202, 203}) {
    series_life life;
    for (int i = 0; i < fall; ++i) {
      life.add(i, 1000 + wobble(i));
      ASSERT_FALSE(life.began_anew());
    }
    life.add(fall, 200);
    EXPECT_FALSE(life.began_anew()) << fall;
    life.add(fall + 1, 210);
    EXPECT_TRUE(life.began_anew()) << fall;
    EXPECT_EQ(life.readings(), 1u);
    life.add(fall + 2, 220);
    EXPECT_FALSE(life.began_anew()) << fall;
  }
}

TEST(series_life, one_low_reading_is_none) {
  series_life life;
  for (int i = 0; i < 400; ++i) {
    life.add(i, i % 50 == 25 ? 10 : 1000);
    EXPECT_FALSE(life.began_anew()) << i;
  }
}

TEST(leak_detector, a_restart_that_nobody_told_of_ends_the_suspicion) {
  const auto leak = [](int i) { return 100 + 0.2 * i + wobble(i); };
  for (const int more : {0, 1}) {
    leak_detector d;
    int i = 0;
    while (i < 2000 && !d.verdict().suspected)
      d.add(i * 10, leak(i)), ++i;
    ASSERT_TRUE(d.verdict().suspected);
    for (int k = 0; k < more; ++k, ++i)
      d.add(i * 10, leak(i));
    for (int k = 0; k < 60; ++k, ++i)
      d.add(i * 10, 50 + wobble(i));
    EXPECT_FALSE(d.verdict().candidate) << more;
  }
}

TEST(leak_detector, what_is_beyond_all_bounds_gives_finite_odds) {
  for (const double by : {1e-300, 1e-9, 1e9, 1e300}) {
    leak_detector d;
    for (int i = 0; i < 1000; ++i)
      EXPECT_TRUE(std::isfinite(d.add(i, by * i).confidence));
  }
}

TEST(leak_detector, suspicion_does_not_flicker) {
  leak_detector d;
  int changes = 0;
  bool before = false;
  for (int i = 0; i < 3000; ++i) {
    const bool now = d.add(i, std::floor(100 + 0.05 * i + 3 * wobble(i))).suspected;
    changes += now != before;
    before = now;
  }
  EXPECT_EQ(changes, 1);
}

TEST(leak_detector, more_sensitivity_finds_it_sooner) {
  const auto leak = [](int i) { return 100 + 0.2 * i + wobble(i); };
  detector_options high, low;
  high.sensitivity = 2;
  low.sensitivity = 0.5;
  const int normal = watch(1500, leak).first;
  EXPECT_LT(watch(1500, leak, high).first, normal);
  EXPECT_GT(watch(1500, leak, low).first, normal);
}

TEST(leak_detector, readings_of_the_warm_up_and_from_the_past_are_left_out) {
  detector_options o;
  o.warm_up_seconds = 5000; // 500 readings
  EXPECT_EQ(watch(
                700, [](int i) { return 100.0 + std::min(i, 450); }, o)
                .first,
            -1);
  leak_detector d;
  for (int i = 0; i < 600; ++i) {
    d.add(i, 100);
    d.add(i - 100, 1e9); // late
    d.add(i, 1e9);       // again
  }
  EXPECT_FALSE(d.verdict().candidate);
}

TEST(series_blocks, get_longer_with_age_and_forget_no_least_value_before_their_time) {
  series_blocks b;
  constexpr int readings = 30000;
  for (int i = 0; i < readings; ++i)
    b.add(i, i == 5 ? -1 : i == 20000 ? 1e6 : 10);
  double seconds = 0;
  float least = 1e9f, most = -1e9f;
  for (std::size_t i = 0; i < b.size(); ++i) {
    EXPECT_GT(b[i].end, seconds);
    seconds = b[i].end;
    least = std::min(least, b[i].least);
    most = std::max(most, b[i].most);
    EXPECT_LE(b[i].level, b[i == 0 ? 0 : i - 1].level);
  }
  EXPECT_EQ(b.readings(), static_cast<std::uint32_t>(readings));
  EXPECT_EQ(b.end(), readings - 1);
  EXPECT_EQ(least, -1);
  EXPECT_EQ(most, 1e6f);
  for (int i = readings; i < 4 * readings; ++i)
    b.add(i, 10);
  EXPECT_LE(b.size(), series_blocks::per_level * series_blocks::levels);
  EXPECT_LT(b.readings(), 33000u);
  EXPECT_GT(b.begin_of(0), 80000);
}

} // namespace
} // namespace reeve::handle_leak
