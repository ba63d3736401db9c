// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/restart_policy.hpp"

#include <gmock/gmock.h>

namespace reeve::supervise {
namespace {

using namespace std::chrono_literals;
using testing::Eq;
using testing::Optional;

TEST(restart_policy, the_first_restart_is_at_once_and_each_further_one_later) {
  restart_limits l;
  l.give_up_after = 100;
  restart_policy p(restart_rule::always, l);
  const nanoseconds expected[] = {0s, 1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 300s, 300s};
  nanoseconds now = 0s;
  for (const nanoseconds e : expected) {
    EXPECT_THAT(p.on_end(now, 1s, true, 0), Optional(e));
    now += 20min;
  }
}

TEST(restart_policy, chance_moves_a_delay_by_a_fifth_at_most) {
  restart_policy early(restart_rule::always), late(restart_rule::always);
  (void)early.on_end(0s, 1s, true, -1);
  (void)late.on_end(0s, 1s, true, 1);
  EXPECT_THAT(early.on_end(1s, 1s, true, -1), Optional(nanoseconds(800ms)));
  EXPECT_THAT(late.on_end(1s, 1s, true, 1), Optional(nanoseconds(1200ms)));
}

TEST(restart_policy, ten_healthy_minutes_make_the_next_restart_at_once) {
  restart_policy p(restart_rule::always);
  (void)p.on_end(0s, 1s, true, 0);
  EXPECT_THAT(p.on_end(1h, 10min - 1s, true, 0), Optional(nanoseconds(1s)));
  EXPECT_THAT(p.on_end(2h, 10min, true, 0), Optional(nanoseconds(0s)));
}

TEST(restart_policy, five_ends_within_ten_minutes_are_given_up_until_a_reset) {
  restart_policy p(restart_rule::always);
  for (int i = 0; i < 4; ++i)
    EXPECT_TRUE(p.on_end(i * 2min, 1s, true, 0));
  EXPECT_FALSE(p.on_end(8min, 1s, true, 0));
  EXPECT_TRUE(p.has_given_up());
  EXPECT_FALSE(p.on_end(5h, 1h, true, 0));
  p.reset();
  EXPECT_FALSE(p.has_given_up());
  EXPECT_THAT(p.on_end(6h, 1s, true, 0), Optional(nanoseconds(0s)));
}

TEST(restart_policy, ends_further_apart_than_the_window_allows_are_never_given_up) {
  restart_policy p(restart_rule::always);
  for (int i = 0; i < 100; ++i)
    EXPECT_TRUE(p.on_end(i * 3min, 1min, true, 0)) << i;
}

TEST(restart_policy, the_rule_says_which_ends_call_for_a_restart) {
  restart_policy never(restart_rule::never), on_failure(restart_rule::on_failure),
      always(restart_rule::always);
  EXPECT_FALSE(never.on_end(0s, 1s, true, 0));
  EXPECT_FALSE(on_failure.on_end(0s, 1s, false, 0));
  EXPECT_TRUE(on_failure.on_end(0s, 1s, true, 0));
  EXPECT_TRUE(always.on_end(0s, 1s, false, 0));
  EXPECT_FALSE(never.has_given_up());
}

} // namespace
} // namespace reeve::supervise
