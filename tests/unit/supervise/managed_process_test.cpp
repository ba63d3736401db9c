// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/managed_process.hpp"

#include <gmock/gmock.h>

namespace reeve::supervise {
namespace {

using namespace std::chrono_literals;
using testing::Optional;
using order = process_order;
using state = process_state;

constexpr process_end crash{true, 11}, good{false, 0}, bad{false, 3};

process_plan plan(restart_rule rule = restart_rule::always) {
  process_plan p;
  p.restart = rule;
  return p;
}

process_plan with_hooks() {
  process_plan p;
  p.pre_start = p.post_start = p.pre_stop = p.clean_up = true;
  return p;
}

void run_up(managed_process& p, nanoseconds now) {
  EXPECT_EQ(p.ready(now), order::launch);
  EXPECT_EQ(p.started(now), order::none);
  EXPECT_EQ(p.state(), state::running);
}

managed_process running(const process_plan& from = plan()) {
  managed_process p(from);
  EXPECT_EQ(p.start(0s), order::prepare);
  run_up(p, 0s);
  return p;
}

TEST(managed_process, is_started_again_at_once_and_then_waits) {
  managed_process p = running();
  EXPECT_EQ(p.ended(5s, crash, 0), order::prepare);
  EXPECT_EQ(p.state(), state::starting);
  EXPECT_EQ(p.last_end(), crash);
  run_up(p, 5s);
  EXPECT_EQ(p.restarts(), 1u);
  EXPECT_EQ(p.ended(6s, bad, 0), order::none);
  EXPECT_EQ(p.state(), state::waiting);
  EXPECT_THAT(p.wake_at(), Optional(nanoseconds(7s)));
  EXPECT_EQ(p.tick(nanoseconds(7s) - 1ns), order::none);
  EXPECT_EQ(p.tick(7s), order::prepare);
  run_up(p, 7s);
  EXPECT_EQ(p.restarts(), 2u);
}

TEST(managed_process, climbs_the_ladder_within_its_budget) {
  process_plan l = plan();
  l.rungs = {5s, 0s};
  managed_process p = running(l);
  EXPECT_EQ(p.stop(10s), order::climb);
  EXPECT_EQ(p.state(), state::stopping);
  EXPECT_EQ(p.rung(), 0u);
  EXPECT_THAT(p.wake_at(), Optional(nanoseconds(15s)));
  EXPECT_EQ(p.tick(15s), order::climb);
  EXPECT_EQ(p.rung(), 1u);
  EXPECT_THAT(p.wake_at(), Optional(nanoseconds(35s)));
  EXPECT_EQ(p.tick(35s), order::kill);
  EXPECT_EQ(p.state(), state::killing);
  EXPECT_EQ(p.tick(40s), order::none);
  EXPECT_EQ(p.state(), state::stuck);
  EXPECT_TRUE(p.is_alive());
  EXPECT_EQ(p.wake_at(), std::nullopt);
  EXPECT_EQ(p.ended(100s, {true, 9}, 0), order::none);
  EXPECT_EQ(p.state(), state::stopped);
}

TEST(managed_process, a_rung_that_cannot_be_climbed_is_passed_over_and_after_the_last_comes_the_kill) {
  process_plan l = plan();
  l.rungs = {5s, 5s};
  managed_process p = running(l);
  (void)p.stop(0s);
  EXPECT_EQ(p.rung_failed(0s), order::climb);
  EXPECT_EQ(p.rung(), 1u);
  EXPECT_EQ(p.rung_failed(0s), order::kill);
}

TEST(managed_process, a_last_rung_with_a_time_of_its_own_is_followed_by_the_kill) {
  process_plan l = plan();
  l.rungs = {2s};
  managed_process p = running(l);
  (void)p.stop(0s);
  EXPECT_EQ(p.tick(2s), order::kill);
}

TEST(managed_process, that_ends_when_asked_is_stopped_and_stays_so) {
  managed_process p = running();
  (void)p.stop(10s);
  EXPECT_EQ(p.ended(11s, good, 0), order::none);
  EXPECT_EQ(p.state(), state::stopped);
  EXPECT_EQ(p.tick(1h), order::none);
  EXPECT_EQ(p.restarts(), 0u);
  EXPECT_FALSE(p.is_wanted());
}

TEST(managed_process, a_start_that_comes_while_it_stops_waits_for_the_end) {
  managed_process p = running();
  (void)p.stop(10s);
  EXPECT_EQ(p.start(11s), order::none);
  EXPECT_EQ(p.ended(12s, good, 0), order::prepare);
  EXPECT_EQ(p.restarts(), 0u);
}

TEST(managed_process, a_restart_stops_and_starts_and_counts_nothing) {
  managed_process p = running();
  EXPECT_EQ(p.restart(1s), order::climb);
  EXPECT_EQ(p.ended(2s, {true, 15}, 0), order::prepare);
  run_up(p, 2s);
  EXPECT_EQ(p.restarts(), 0u);
  EXPECT_EQ(p.ended(3s, crash, 0), order::prepare) << "at once: nothing was counted";
}

TEST(managed_process, a_stop_takes_a_start_back_and_ends_the_waiting) {
  managed_process p = running();
  (void)p.stop(10s);
  (void)p.start(11s);
  (void)p.stop(12s);
  EXPECT_EQ(p.ended(13s, good, 0), order::none);
  managed_process q = running();
  (void)q.ended(1s, crash, 0);
  run_up(q, 1s);
  (void)q.ended(2s, crash, 0);
  ASSERT_EQ(q.state(), state::waiting);
  EXPECT_EQ(q.stop(2s), order::none);
  EXPECT_EQ(q.state(), state::stopped);
  EXPECT_EQ(q.tick(1h), order::none);
}

TEST(managed_process, a_start_that_fails_is_tried_again_like_a_crash_and_given_up) {
  managed_process p(plan(restart_rule::on_failure));
  nanoseconds now = 0s;
  EXPECT_EQ(p.start(now), order::prepare);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(p.ready(now), order::launch);
    const order next = p.start_failed(now, "no such file", 0);
    EXPECT_EQ(next, i == 0 ? order::prepare : order::none);
    if (i == 0) continue;
    now = *p.wake_at();
    EXPECT_EQ(p.tick(now), order::prepare);
  }
  EXPECT_EQ(p.ready(now), order::launch);
  EXPECT_EQ(p.start_failed(now, "no such file", 0), order::none);
  EXPECT_EQ(p.state(), state::given_up);
  EXPECT_EQ(p.failure(), "no such file");
  EXPECT_EQ(p.start(now), order::prepare); // by hand
  run_up(p, now);
  EXPECT_EQ(p.failure(), "");
}

TEST(managed_process, that_ends_well_under_on_failure_is_left_alone) {
  managed_process p = running(plan(restart_rule::on_failure));
  EXPECT_EQ(p.ended(1s, good, 0), order::none);
  EXPECT_EQ(p.state(), state::exited);
}

TEST(managed_process, what_comes_twice_or_out_of_place_changes_nothing) {
  managed_process p = running();
  EXPECT_EQ(p.start(1s), order::none);
  EXPECT_EQ(p.ready(1s), order::none);
  EXPECT_EQ(p.hook_done(1s, false, "?", 0), order::none);
  EXPECT_EQ(p.state(), state::running);
  (void)p.stop(2s);
  EXPECT_EQ(p.stop(3s), order::none);
  EXPECT_EQ(p.fail(3s, "?"), order::none);
  EXPECT_THAT(p.wake_at(), Optional(nanoseconds(27s)));
  (void)p.ended(4s, good, 0);
  EXPECT_EQ(p.ended(5s, crash, 0), order::none);
  EXPECT_EQ(p.last_end(), good);
}

TEST(managed_process, a_taken_port_is_waited_for_with_its_own_delays_and_is_no_crash) {
  managed_process p(plan());
  (void)p.start(0s);
  const nanoseconds expected[] = {250ms, 500ms, 1s, 2s, 4s, 8s, 15s, 15s};
  nanoseconds now = 0s;
  for (const nanoseconds wait : expected) {
    EXPECT_EQ(p.blocked(now, "port 80/tcp is held", true), order::none);
    EXPECT_EQ(p.state(), state::blocked);
    EXPECT_EQ(p.since(), 0s) << "blocked all the while";
    EXPECT_THAT(p.wake_at(), Optional(now + wait));
    now += wait;
    EXPECT_EQ(p.tick(now), order::prepare);
  }
  EXPECT_EQ(p.failure(), "port 80/tcp is held");
  run_up(p, now);
  EXPECT_EQ(p.failure(), "");
  EXPECT_EQ(p.restarts(), 0u);
}

TEST(managed_process, one_that_waits_for_another_looks_again_when_it_is_told_to) {
  managed_process p(plan());
  (void)p.start(0s);
  (void)p.blocked(0s, "waits for db", false);
  EXPECT_EQ(p.wake_at(), std::nullopt);
  EXPECT_EQ(p.look_again(5s), order::prepare);
  run_up(p, 5s);
  EXPECT_EQ(p.look_again(6s), order::none);
  managed_process q(plan());
  (void)q.start(0s);
  (void)q.blocked(0s, "waits for db", false);
  EXPECT_EQ(q.stop(1s), order::none);
  EXPECT_EQ(q.state(), state::stopped);
  EXPECT_EQ(q.look_again(2s), order::none);
}

TEST(managed_process, that_is_refused_is_given_up_until_a_start_by_hand) {
  managed_process p(plan());
  (void)p.start(0s);
  EXPECT_EQ(p.refused(0s, "port 80/tcp is held"), order::none);
  EXPECT_EQ(p.state(), state::given_up);
  EXPECT_EQ(p.start(1s), order::prepare);
}

TEST(managed_process, runs_its_hooks_in_their_places) {
  managed_process p(with_hooks());
  (void)p.start(0s);
  EXPECT_EQ(p.ready(0s), order::run_pre_start);
  EXPECT_EQ(p.hook_done(1s, true, "", 0), order::launch);
  EXPECT_EQ(p.started(2s), order::run_post_start);
  EXPECT_EQ(p.state(), state::starting);
  EXPECT_EQ(p.hook_done(3s, true, "", 0), order::none);
  EXPECT_EQ(p.state(), state::running);
  EXPECT_EQ(p.stop(10s), order::run_pre_stop);
  EXPECT_EQ(p.hook_done(11s, true, "", 0), order::climb);
  EXPECT_EQ(p.ended(12s, good, 0), order::clean_up);
  EXPECT_EQ(p.state(), state::cleaning);
  EXPECT_EQ(p.hook_done(13s, true, "", 0), order::none);
  EXPECT_EQ(p.state(), state::stopped);
}

TEST(managed_process, cleans_up_after_a_crash_too_and_starts_again_after_that) {
  process_plan l;
  l.clean_up = true;
  managed_process p = running(l);
  EXPECT_EQ(p.ended(1s, crash, 0), order::clean_up);
  EXPECT_EQ(p.hook_done(2s, false, "exit code 1", 0), order::prepare) << "however that went";
}

TEST(managed_process, a_hook_before_the_start_that_fails_is_a_failed_start) {
  managed_process p(with_hooks());
  (void)p.start(0s);
  (void)p.ready(0s);
  EXPECT_EQ(p.hook_done(1s, false, "exit code 1", 0), order::clean_up);
  EXPECT_EQ(p.failure(), "the hook pre_start: exit code 1");
  EXPECT_EQ(p.hook_done(1s, true, "", 0), order::prepare);
  EXPECT_EQ(p.restarts(), 0u) << "it was never launched";
}

TEST(managed_process, a_hook_after_the_start_that_fails_ends_it_and_counts) {
  managed_process p(with_hooks());
  (void)p.start(0s);
  (void)p.ready(0s);
  (void)p.hook_done(0s, true, "", 0);
  (void)p.started(0s);
  EXPECT_EQ(p.hook_done(1s, false, "exit code 2", 0), order::run_pre_stop);
  (void)p.hook_done(1s, true, "", 0);
  EXPECT_EQ(p.ended(2s, good, 0), order::clean_up);
  EXPECT_EQ(p.hook_done(2s, true, "", 0), order::prepare);
  (void)p.ready(2s);
  (void)p.hook_done(2s, true, "", 0);
  EXPECT_EQ(p.restarts(), 1u);
}

TEST(managed_process, that_ends_while_its_start_hook_runs_waits_for_the_hook) {
  managed_process p(with_hooks());
  (void)p.start(0s);
  (void)p.ready(0s);
  (void)p.hook_done(0s, true, "", 0);
  EXPECT_EQ(p.started(0s), order::run_post_start);
  EXPECT_EQ(p.ended(1s, bad, 0), order::kill_hook);
  EXPECT_EQ(p.hook_done(1s, false, "signal 9", 0), order::clean_up);
  EXPECT_EQ(p.last_end(), bad);
  EXPECT_EQ(p.hook_done(1s, true, "", 0), order::prepare);
}

TEST(managed_process, a_hook_that_takes_too_long_is_ended) {
  process_plan l = with_hooks();
  l.hook_timeout = 5s;
  managed_process p(l);
  (void)p.start(0s);
  (void)p.ready(0s);
  EXPECT_THAT(p.wake_at(), Optional(nanoseconds(5s)));
  EXPECT_EQ(p.tick(5s), order::kill_hook);
  EXPECT_EQ(p.tick(6s), order::none) << "once";
  EXPECT_EQ(p.hook_done(6s, false, "signal 9", 0), order::clean_up);
}

TEST(managed_process, the_hook_before_the_stop_takes_of_the_stops_budget) {
  process_plan l = with_hooks();
  l.stop_budget = 6s;
  managed_process p(l);
  (void)p.start(0s);
  (void)p.ready(0s);
  (void)p.hook_done(0s, true, "", 0);
  (void)p.started(0s);
  (void)p.hook_done(0s, true, "", 0);
  EXPECT_EQ(p.stop(10s), order::run_pre_stop);
  EXPECT_THAT(p.wake_at(), Optional(nanoseconds(15s)));
  EXPECT_EQ(p.tick(15s), order::kill_hook);
  EXPECT_EQ(p.hook_done(15s, false, "signal 9", 0), order::kill);
  EXPECT_THAT(p.wake_at(), Optional(nanoseconds(16s)));
}

TEST(managed_process, a_stop_during_each_part_of_a_start_ends_in_stopped) {
  managed_process p(with_hooks());
  (void)p.start(0s);
  (void)p.ready(0s);
  EXPECT_EQ(p.stop(1s), order::kill_hook);
  EXPECT_EQ(p.hook_done(1s, false, "signal 9", 0), order::clean_up);
  EXPECT_EQ(p.hook_done(1s, true, "", 0), order::none);
  EXPECT_EQ(p.state(), state::stopped);

  managed_process q(plan());
  (void)q.start(0s);
  (void)q.ready(0s);
  EXPECT_EQ(q.stop(1s), order::none) << "being launched: it is stopped once it is there";
  EXPECT_EQ(q.started(2s), order::climb);
  EXPECT_EQ(q.ended(3s, good, 0), order::none);
  EXPECT_EQ(q.state(), state::stopped);

  managed_process r(plan());
  (void)r.start(0s);
  (void)r.ready(0s);
  (void)r.stop(1s);
  EXPECT_EQ(r.start_failed(2s, "no such file", 0), order::none);
  EXPECT_EQ(r.state(), state::stopped);
}

TEST(managed_process, that_fails_its_check_is_stopped_and_restarted_as_after_a_crash) {
  managed_process p = running(plan(restart_rule::on_failure));
  EXPECT_EQ(p.fail(1s, "http: status 500"), order::climb);
  EXPECT_EQ(p.failure(), "http: status 500");
  EXPECT_EQ(p.ended(2s, good, 0), order::prepare) << "although it ended well";
  run_up(p, 2s);
  EXPECT_EQ(p.restarts(), 1u);
  managed_process q = running();
  (void)q.fail(1s, "?");
  (void)q.stop(2s);
  EXPECT_EQ(q.ended(3s, good, 0), order::none) << "a stop by hand comes first";
  EXPECT_EQ(q.state(), state::stopped);
}

TEST(managed_process, a_reset_forgets_failures_and_starts_nothing) {
  process_plan l = plan();
  l.limits.give_up_after = 1;
  managed_process p = running(l);
  (void)p.ended(1s, crash, 0);
  ASSERT_EQ(p.state(), state::given_up);
  p.reset();
  EXPECT_EQ(p.state(), state::stopped);
  managed_process q = running();
  (void)q.ended(1s, crash, 0);
  run_up(q, 1s);
  q.reset();
  EXPECT_EQ(q.state(), state::running);
  EXPECT_EQ(q.ended(2s, crash, 0), order::prepare) << "at once again";
}

// What another one makes of its memory.
managed_process successor(const managed_process& p, nanoseconds now, order expected) {
  managed_process out{plan()};
  EXPECT_EQ(out.remember(now, p.memory()), expected);
  return out;
}

TEST(managed_process, is_taken_up_where_an_earlier_agent_left_it) {
  managed_process p = running();
  (void)p.ended(1s, crash, 0);
  run_up(p, 1s);
  managed_process q = successor(p, 5s, order::none);
  EXPECT_TRUE(q.is_alive());
  EXPECT_EQ(q.go_on(5s, 1s), order::none);
  EXPECT_EQ(q.state(), state::running);
  EXPECT_EQ(q.since(), nanoseconds(1s));
  EXPECT_EQ(q.restarts(), 1u);
  EXPECT_EQ(q.incarnation(), 2u);
  EXPECT_EQ(q.ended(6s, crash, 0), order::none) << "its second end: after a second";
  EXPECT_THAT(q.wake_at(), Optional(nanoseconds(7s)));
  managed_process r = successor(q, 6500ms, order::none);
  EXPECT_EQ(r.state(), state::waiting);
  EXPECT_EQ(r.tick(7s), order::prepare);
  run_up(r, 7s);
  EXPECT_EQ(r.restarts(), 2u);
}

TEST(managed_process, an_end_while_no_agent_was_there_counts_with_the_time_it_was_up) {
  const managed_process p = running();
  managed_process q = successor(p, 1h, order::none);
  EXPECT_EQ(q.ended_meanwhile(1h, 0s, crash, 0), order::prepare);
  managed_process r = successor(q, 1h, order::prepare);
  run_up(r, 1h);
  EXPECT_EQ(r.restarts(), 1u);
  EXPECT_EQ(q.last_end(), crash);
}

TEST(managed_process, a_stop_that_an_agent_began_is_finished_by_the_next) {
  managed_process p = running();
  (void)p.stop(1s);
  managed_process q = successor(p, 5s, order::none);
  EXPECT_EQ(q.go_on(5s, 0s), order::climb);
  EXPECT_EQ(q.ended(6s, good, 0), order::none);
  EXPECT_EQ(q.state(), state::stopped);
  managed_process r = running();
  (void)r.restart(1s);
  managed_process s = successor(r, 5s, order::none);
  EXPECT_EQ(s.ended_meanwhile(5s, 0s, good, 0), order::prepare) << "it was to start again";
}

TEST(managed_process, what_was_decided_stays_so) {
  process_plan l = plan();
  l.limits.give_up_after = 1;
  managed_process p = running(l);
  (void)p.ended(1s, crash, 0);
  EXPECT_EQ(successor(p, 5s, order::none).state(), state::given_up);
  managed_process q = running();
  (void)q.stop(1s);
  (void)q.ended(1s, good, 0);
  EXPECT_EQ(successor(q, 5s, order::none).state(), state::stopped);
  managed_process r(plan());
  (void)r.start(0s);
  EXPECT_EQ(successor(r, 5s, order::prepare).state(), state::starting) << "nothing was launched yet";
}

TEST(managed_process, what_an_agent_was_cleaning_is_cleaned_by_the_next) {
  process_plan l;
  l.clean_up = true;
  managed_process p = running(l);
  (void)p.ended(1s, crash, 0);
  ASSERT_EQ(p.state(), state::cleaning);
  managed_process q{l};
  EXPECT_EQ(q.remember(5s, p.memory()), order::clean_up);
  EXPECT_EQ(q.hook_done(6s, true, "", 0), order::prepare);
  run_up(q, 6s);
  EXPECT_EQ(q.restarts(), 1u);
}

} // namespace
} // namespace reeve::supervise
