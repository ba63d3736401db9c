// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/managed_process.hpp"

#include <gmock/gmock.h>

namespace reeve::supervise {
namespace {

using namespace std::chrono_literals;
using testing::Eq;
using testing::Optional;

constexpr process_end crash{true, 11}, good{false, 0}, bad{false, 3};

managed_process running(restart_rule rule = restart_rule::always) {
  managed_process p(rule, {30s});
  EXPECT_EQ(p.start(0s), process_order::start);
  p.started(0s);
  return p;
}

TEST(managed_process, is_started_again_at_once_and_then_waits) {
  managed_process p = running();
  EXPECT_EQ(p.ended(5s, crash, 0), process_order::start);
  EXPECT_EQ(p.state(), process_state::running);
  EXPECT_EQ(p.restarts(), 1u);
  EXPECT_EQ(p.last_end(), crash);
  p.started(5s);
  EXPECT_EQ(p.ended(6s, bad, 0), process_order::none);
  EXPECT_EQ(p.state(), process_state::waiting);
  EXPECT_THAT(p.wake_at(), Optional(nanoseconds(7s)));
  EXPECT_EQ(p.tick(nanoseconds(7s) - 1ns), process_order::none);
  EXPECT_EQ(p.tick(7s), process_order::start);
  EXPECT_EQ(p.restarts(), 2u);
}

TEST(managed_process, climbs_the_ladder_within_its_budget) {
  managed_process p = running();
  EXPECT_EQ(p.stop(10s), process_order::ask_to_end);
  EXPECT_EQ(p.state(), process_state::stopping);
  EXPECT_THAT(p.wake_at(), Optional(nanoseconds(35s)));
  EXPECT_EQ(p.tick(35s), process_order::kill);
  EXPECT_EQ(p.state(), process_state::killing);
  EXPECT_EQ(p.tick(40s), process_order::none);
  EXPECT_EQ(p.state(), process_state::stuck);
  EXPECT_TRUE(p.is_alive());
  EXPECT_EQ(p.wake_at(), std::nullopt);
  EXPECT_EQ(p.ended(100s, {true, 9}, 0), process_order::none);
  EXPECT_EQ(p.state(), process_state::stopped);
}

TEST(managed_process, that_ends_when_asked_is_stopped_and_stays_so) {
  managed_process p = running();
  (void)p.stop(10s);
  EXPECT_EQ(p.ended(11s, good, 0), process_order::none);
  EXPECT_EQ(p.state(), process_state::stopped);
  EXPECT_EQ(p.tick(1h), process_order::none);
  EXPECT_EQ(p.restarts(), 0u);
}

TEST(managed_process, a_start_that_comes_while_it_stops_waits_for_the_end) {
  managed_process p = running();
  (void)p.stop(10s);
  EXPECT_EQ(p.start(11s), process_order::none);
  EXPECT_EQ(p.ended(12s, good, 0), process_order::start);
  EXPECT_EQ(p.restarts(), 0u);
}

TEST(managed_process, a_stop_takes_a_start_back_and_ends_the_waiting) {
  managed_process p = running();
  (void)p.stop(10s);
  (void)p.start(11s);
  (void)p.stop(12s);
  EXPECT_EQ(p.ended(13s, good, 0), process_order::none);
  managed_process q = running();
  (void)q.ended(1s, crash, 0);
  q.started(1s);
  (void)q.ended(2s, crash, 0);
  ASSERT_EQ(q.state(), process_state::waiting);
  EXPECT_EQ(q.stop(2s), process_order::none);
  EXPECT_EQ(q.state(), process_state::stopped);
  EXPECT_EQ(q.tick(1h), process_order::none);
}

TEST(managed_process, a_start_that_fails_is_tried_again_like_a_crash_and_given_up) {
  managed_process p(restart_rule::on_failure, {30s});
  EXPECT_EQ(p.start(0s), process_order::start);
  EXPECT_EQ(p.start_failed(0s, "no such file", 0), process_order::start);
  nanoseconds now = 0s;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(p.start_failed(now, "no such file", 0), process_order::none);
    now = *p.wake_at();
    EXPECT_EQ(p.tick(now), process_order::start);
  }
  EXPECT_EQ(p.start_failed(now, "no such file", 0), process_order::none);
  EXPECT_EQ(p.state(), process_state::given_up);
  EXPECT_EQ(p.last_failure(), "no such file");
  EXPECT_EQ(p.start(now), process_order::start); // by hand
  p.started(now);
  EXPECT_EQ(p.last_failure(), "");
}

TEST(managed_process, that_ends_well_under_on_failure_is_left_alone) {
  managed_process p = running(restart_rule::on_failure);
  EXPECT_EQ(p.ended(1s, good, 0), process_order::none);
  EXPECT_EQ(p.state(), process_state::exited);
}

TEST(managed_process, what_comes_twice_or_out_of_place_changes_nothing) {
  managed_process p = running();
  EXPECT_EQ(p.start(1s), process_order::none);
  (void)p.stop(2s);
  EXPECT_EQ(p.stop(3s), process_order::none);
  EXPECT_THAT(p.wake_at(), Optional(nanoseconds(27s)));
  (void)p.ended(4s, good, 0);
  EXPECT_EQ(p.ended(5s, crash, 0), process_order::none);
  EXPECT_EQ(p.last_end(), good);
}

} // namespace
} // namespace reeve::supervise
