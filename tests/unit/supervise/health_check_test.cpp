// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/health_check.hpp"

#include <gmock/gmock.h>

namespace reeve::supervise {
namespace {

using namespace std::chrono_literals;
using testing::Optional;

// interval 10s, timeout 2s, grace 10s, three failures.
health_check begun(health_limits limits = {}) {
  health_check c(limits);
  c.begin(0s);
  return c;
}

// A probe that is due at `at` and takes 10 ms.
void probe(health_check& c, nanoseconds at, bool passed) {
  ASSERT_THAT(c.wake_at(), Optional(at));
  ASSERT_TRUE(c.tick(at));
  c.answered(at + 10ms, {passed, passed ? "fine" : "refused"});
}

health_check healthy_at_zero(health_limits limits = {}) {
  health_check c = begun(limits);
  probe(c, 0s, true);
  EXPECT_EQ(c.state(), health_state::healthy);
  return c;
}

TEST(health_check, asks_nothing_before_the_process_is_up) {
  health_check c({});
  EXPECT_EQ(c.wake_at(), std::nullopt);
  EXPECT_FALSE(c.tick(1h));
}

TEST(health_check, is_healthy_with_its_first_pass) {
  health_check c = begun({.success_threshold = 5});
  EXPECT_EQ(c.state(), health_state::starting);
  probe(c, 0s, true);
  EXPECT_EQ(c.state(), health_state::healthy);
}

TEST(health_check, within_the_grace_asks_each_second_and_counts_no_failure) {
  health_check c = begun();
  for (nanoseconds at = 0s; at < 10s; at += 1s)
    probe(c, at, false);
  EXPECT_EQ(c.state(), health_state::starting);
  EXPECT_EQ(c.failures_in_row(), 0u);
  EXPECT_EQ(c.failures_total(), 10u);
  probe(c, 10s, false);
  probe(c, 20s, false);
  EXPECT_EQ(c.state(), health_state::starting);
  EXPECT_EQ(c.failures_in_row(), 2u);
  probe(c, 30s, false);
  EXPECT_EQ(c.state(), health_state::unhealthy);
}

TEST(health_check, its_first_pass_ends_the_grace) {
  health_check c = begun({.grace = 1h});
  probe(c, 0s, false);
  probe(c, 1s, true);
  EXPECT_EQ(c.state(), health_state::healthy);
  for (nanoseconds at : {11s, 21s, 31s})
    probe(c, at, false);
  EXPECT_EQ(c.state(), health_state::unhealthy);
}

TEST(health_check, without_a_grace_failures_count_at_once) {
  health_check c = begun({.grace = 0s, .retries = 1});
  probe(c, 0s, false);
  EXPECT_EQ(c.state(), health_state::unhealthy);
}

TEST(health_check, an_interval_shorter_than_a_second_is_kept_in_the_grace) {
  health_check c = begun({.interval = 200ms, .timeout = 100ms});
  probe(c, 0s, false);
  probe(c, 200ms, false);
}

TEST(health_check, only_failures_in_a_row_make_it_unhealthy) {
  health_check c = healthy_at_zero();
  probe(c, 10s, false);
  probe(c, 20s, false);
  probe(c, 30s, true);
  probe(c, 40s, false);
  probe(c, 50s, false);
  EXPECT_EQ(c.state(), health_state::healthy);
  probe(c, 60s, false);
  EXPECT_EQ(c.state(), health_state::unhealthy);
  EXPECT_EQ(c.failures_in_row(), 3u);
  EXPECT_EQ(c.passes_total(), 2u);
  EXPECT_EQ(c.failures_total(), 5u);
}

TEST(health_check, only_passes_in_a_row_make_it_healthy_again) {
  health_check c = healthy_at_zero({.retries = 1, .success_threshold = 2});
  probe(c, 10s, false);
  EXPECT_EQ(c.state(), health_state::unhealthy);
  probe(c, 20s, true);
  probe(c, 30s, false);
  probe(c, 40s, true);
  EXPECT_EQ(c.state(), health_state::unhealthy);
  probe(c, 50s, true);
  EXPECT_EQ(c.state(), health_state::healthy);
}

TEST(health_check, a_late_tick_makes_up_for_nothing) {
  health_check c = healthy_at_zero();
  EXPECT_TRUE(c.tick(95s));
  c.answered(95s, {true, ""});
  EXPECT_FALSE(c.tick(95s));
  EXPECT_THAT(c.wake_at(), Optional(nanoseconds(105s)));
}

TEST(health_check, never_asks_twice_at_once) {
  health_check c = healthy_at_zero();
  EXPECT_TRUE(c.tick(10s));
  for (nanoseconds at = 10s; at < 100s; at += 100ms)
    ASSERT_FALSE(c.tick(at));
  EXPECT_GT(c.failures_total(), 0u);
}

TEST(health_check, no_answer_is_a_failure_and_so_is_each_interval_without_one) {
  health_check c = healthy_at_zero();
  EXPECT_TRUE(c.tick(10s));
  EXPECT_THAT(c.wake_at(), Optional(nanoseconds(13s))); // the probe's own timeout, and a second more
  EXPECT_FALSE(c.tick(13s));
  EXPECT_EQ(c.last_answer()->text, "no answer within 2s");
  EXPECT_EQ(c.last_duration(), 3s);
  EXPECT_EQ(c.failures_in_row(), 1u);
  EXPECT_THAT(c.wake_at(), Optional(nanoseconds(20s)));
  EXPECT_FALSE(c.tick(20s));
  EXPECT_EQ(c.last_answer()->text, "the check before this one has not ended");
  EXPECT_FALSE(c.tick(30s));
  EXPECT_EQ(c.state(), health_state::unhealthy);
  c.answered(31s, {true, "at last"}); // counts no more
  EXPECT_EQ(c.state(), health_state::unhealthy);
  EXPECT_EQ(c.passes_total(), 1u);
  probe(c, 40s, true);
  EXPECT_EQ(c.state(), health_state::healthy);
}

TEST(health_check, a_pass_that_came_too_late_is_a_failure) {
  health_check c = healthy_at_zero();
  EXPECT_TRUE(c.tick(10s));
  c.answered(12s, {true, "just in time"});
  EXPECT_EQ(c.failures_total(), 0u);
  EXPECT_TRUE(c.tick(20s));
  c.answered(nanoseconds(22s) + 1ns, {true, "late"});
  EXPECT_EQ(c.failures_total(), 1u);
  EXPECT_EQ(c.last_answer()->text, "the answer took longer than 2s");
}

TEST(health_check, keeps_what_was_said_last_and_how_long_it_took) {
  health_check c = begun();
  EXPECT_EQ(c.last_answer(), std::nullopt);
  probe(c, 0s, false);
  EXPECT_FALSE(c.last_answer()->passed);
  EXPECT_EQ(c.last_answer()->text, "refused");
  EXPECT_EQ(c.last_duration(), 10ms);
}

TEST(health_check, begins_anew_with_the_next_start) {
  health_check c = healthy_at_zero({.retries = 1});
  probe(c, 10s, false);
  c.end();
  EXPECT_EQ(c.wake_at(), std::nullopt);
  c.begin(15s);
  EXPECT_EQ(c.state(), health_state::starting);
  EXPECT_EQ(c.failures_in_row(), 0u);
  EXPECT_EQ(c.failures_total(), 1u);
  probe(c, 15s, false);
  EXPECT_EQ(c.state(), health_state::starting);
  probe(c, 16s, true);
  EXPECT_EQ(c.state(), health_state::healthy);
}

TEST(health_check, an_answer_about_the_process_before_does_not_count) {
  health_check c = healthy_at_zero();
  EXPECT_TRUE(c.tick(10s));
  c.end();
  c.begin(11s);
  EXPECT_FALSE(c.tick(11s)); // the former is not over
  c.answered(nanoseconds(11500ms), {true, "of the former"});
  EXPECT_EQ(c.state(), health_state::starting);
  EXPECT_EQ(c.passes_total(), 1u);
  probe(c, 12s, true);
  EXPECT_EQ(c.state(), health_state::healthy);
}

TEST(health_check, an_answer_that_nobody_asked_for_is_thrown_away) {
  health_check c = begun();
  c.answered(1s, {true, ""});
  EXPECT_EQ(c.state(), health_state::starting);
}

} // namespace
} // namespace reeve::supervise
