// SPDX-License-Identifier: Apache-2.0
// What a managed process says of its next start, before it comes.
#include "reeve/supervise/managed_process.hpp"

#include <gmock/gmock.h>

namespace reeve::supervise {
namespace {

using namespace std::chrono_literals;
using testing::Optional;
using order = process_order;
using state = process_state;

constexpr process_end crash{false, 3};

managed_process launched(process_plan plan) {
  managed_process p(std::move(plan));
  (void)p.start(0s);
  (void)p.ready(0s);
  (void)p.started(0s);
  return p;
}

TEST(next_start, is_known_while_the_hook_after_the_end_runs) {
  process_plan plan;
  plan.clean_up = true;
  plan.limits.give_up_after = 3;
  managed_process p = launched(plan);
  EXPECT_EQ(p.ended(1s, crash, 0), order::clean_up);
  EXPECT_EQ(p.state(), state::cleaning);
  EXPECT_THAT(p.next_start_in(1s), Optional(0ns));
  (void)p.hook_done(1s, true, "", 0);
  (void)p.ready(1s);
  (void)p.started(1s);
  (void)p.ended(2s, crash, 0);
  EXPECT_THAT(p.next_start_in(2s), Optional(nanoseconds(1s)));
  (void)p.hook_done(2s, true, "", 0);
  EXPECT_EQ(p.state(), state::waiting);
  EXPECT_THAT(p.next_start_in(2500ms), Optional(nanoseconds(500ms)));
  (void)p.tick(3s);
  (void)p.ready(3s);
  (void)p.started(3s);
  (void)p.ended(4s, crash, 0);
  EXPECT_EQ(p.next_start_in(4s), std::nullopt) << "given up";
}

TEST(next_start, is_at_once_when_a_start_by_hand_waits_for_the_hook) {
  process_plan plan;
  plan.clean_up = true;
  plan.restart = restart_rule::never;
  managed_process p = launched(plan);
  (void)p.ended(1s, crash, 0);
  EXPECT_EQ(p.next_start_in(1s), std::nullopt);
  (void)p.start(2s);
  EXPECT_THAT(p.next_start_in(2s), Optional(0ns));
}

TEST(next_start, is_open_until_the_hook_of_one_that_ended_during_it_has_ended) {
  process_plan plan;
  plan.post_start = true;
  plan.restart = restart_rule::never;
  managed_process p = launched(plan);
  EXPECT_EQ(p.ended(1s, crash, 0), order::kill_hook);
  EXPECT_TRUE(p.is_end_open());
  (void)p.hook_done(2s, false, "", 0);
  EXPECT_FALSE(p.is_end_open());
  EXPECT_EQ(p.next_start_in(2s), std::nullopt);
}

TEST(next_start, one_that_is_blocked_for_another_reason_looks_again_soon) {
  managed_process p{process_plan()};
  (void)p.start(0s);
  for (nanoseconds now = 0s; now < 20s; now = *p.wake_at()) {
    (void)p.tick(now);
    (void)p.blocked(now, "held by 12", true);
  }
  const nanoseconds now = *p.wake_at();
  (void)p.tick(now);
  (void)p.blocked(now, "held by 12, which is killed", true);
  EXPECT_THAT(p.wake_at(), Optional(now + 250ms));
}

} // namespace
} // namespace reeve::supervise
