// SPDX-License-Identifier: Apache-2.0
#include "token_bucket.hpp"

#include <gtest/gtest.h>

namespace reeve::http {
namespace {

using namespace std::chrono_literals;

constexpr nanoseconds begin = 1h; // a steady clock does not begin at 0

int taken(token_bucket& bucket, nanoseconds now) {
  int out = 0;
  while (out < 1000 && bucket.take(now))
    ++out;
  return out;
}

TEST(token_bucket, gives_a_burst_and_then_its_rate) {
  token_bucket bucket(10, 5);
  EXPECT_EQ(taken(bucket, begin), 5);
  EXPECT_EQ(bucket.wait(), 100ms);
  EXPECT_FALSE(bucket.take(begin + 99ms));
  EXPECT_TRUE(bucket.take(begin + 101ms));
  EXPECT_EQ(taken(bucket, begin + 401ms), 3);
}

TEST(token_bucket, keeps_no_more_than_its_burst) {
  token_bucket bucket(10, 5);
  EXPECT_EQ(taken(bucket, begin), 5);
  EXPECT_EQ(taken(bucket, begin + 24h), 5);
}

TEST(token_bucket, slower_than_once_a_second) {
  token_bucket bucket(0.5, 0);
  EXPECT_EQ(taken(bucket, begin), 1);
  EXPECT_EQ(bucket.wait(), 2s);
  EXPECT_EQ(taken(bucket, begin + 2s), 1);
}

TEST(token_bucket, a_clock_that_goes_back_gives_nothing) {
  token_bucket bucket(10, 1);
  EXPECT_EQ(taken(bucket, begin), 1);
  EXPECT_EQ(taken(bucket, begin - 1h), 0);
}

TEST(token_bucket, without_a_rate_there_is_no_limit) {
  token_bucket bucket(0, 1);
  EXPECT_EQ(taken(bucket, begin), 1000);
  EXPECT_EQ(bucket.wait(), 0ns);
}

} // namespace
} // namespace reeve::http
