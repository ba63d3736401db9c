// SPDX-License-Identifier: Apache-2.0
#include "seen_alerts.hpp"

#include <gtest/gtest.h>

namespace reeve::webhook {
namespace {

using namespace std::chrono_literals;

TEST(seen_alerts, knows_what_has_come) {
  seen_alerts seen(10, 24h);
  EXPECT_FALSE(seen.is_repeat("a", 0s));
  seen.add("a", 0s);
  EXPECT_TRUE(seen.is_repeat("a", 1s));
  EXPECT_FALSE(seen.is_repeat("b", 1s));
}

TEST(seen_alerts, the_one_longest_unseen_gives_way) {
  seen_alerts seen(2, 24h);
  seen.add("a", 1s);
  seen.add("b", 2s);
  EXPECT_TRUE(seen.is_repeat("a", 3s));
  seen.add("c", 4s);
  EXPECT_EQ(seen.size(), 2u);
  EXPECT_TRUE(seen.is_repeat("a", 5s));
  EXPECT_FALSE(seen.is_repeat("b", 5s));
}

TEST(seen_alerts, forgets_what_does_not_come_again) {
  seen_alerts seen(10, 24h);
  seen.add("stays", 0s);
  seen.add("goes", 0s);
  EXPECT_TRUE(seen.is_repeat("stays", 20h));
  EXPECT_TRUE(seen.is_repeat("stays", 40h));
  EXPECT_FALSE(seen.is_repeat("goes", 40h));
  EXPECT_EQ(seen.size(), 1u);
}

TEST(seen_alerts, stays_within_its_bound) {
  seen_alerts seen(1000, 24h);
  for (int i = 0; i < 100'000; ++i)
    seen.add(std::to_string(i), 0s);
  EXPECT_EQ(seen.size(), 1000u);
  EXPECT_TRUE(seen.is_repeat("99000", 0s));
  EXPECT_FALSE(seen.is_repeat("98999", 0s));
}

} // namespace
} // namespace reeve::webhook
