// SPDX-License-Identifier: Apache-2.0
// What a job does when it is told to, when its agent changes, and when its settings do.
#include "job_fixture.hpp"

#include <gtest/gtest.h>

namespace reeve::supervise {
namespace {

using namespace std::chrono_literals;

TEST_F(job, by_hand_runs_at_once_and_leaves_the_schedule_alone) {
  EXPECT_EQ(machine->run(now), job_order::start);
  machine->started(now);
  EXPECT_EQ(machine->run(now), job_order::none);
  ended(good);
  EXPECT_EQ(machine->memory().last_success, now.utc);
  EXPECT_EQ(machine->memory().handled, monday + 10min);
  start_at(1h);
}

TEST_F(job, by_hand_stops_a_run_with_its_retries) {
  rules.retries = 3;
  make();
  start_at(1h);
  EXPECT_EQ(machine->stop(), job_order::stop);
  ended({true, 15});
  EXPECT_EQ(machine->memory().last_result, job_result::stopped);
  EXPECT_EQ(tick_after(10min), job_order::none);
  start_at(2h);
  ended(bad);
  EXPECT_EQ(machine->state(), job_state::retrying);
  EXPECT_EQ(machine->stop(), job_order::none);
  EXPECT_EQ(machine->state(), job_state::waiting);
  EXPECT_EQ(tick_after(10min), job_order::none);
}

TEST_F(job, by_hand_begins_anew) {
  EXPECT_EQ(machine->restart(now), job_order::start);
  EXPECT_EQ(machine->restart(now), job_order::stop);
  EXPECT_EQ(machine->restart(now), job_order::none) << "it is being stopped for that";
  ended({true, 15}, true);
  EXPECT_EQ(machine->memory().last_result, job_result::stopped);
  EXPECT_EQ(machine->tick(now), job_order::start);
  ended(good);
  EXPECT_EQ(tick_after(1s), job_order::none);
}

TEST_F(job, a_run_that_the_agent_took_along_is_retried_by_the_next) {
  rules.retries = 1;
  make();
  start_at(1h);
  ended({true, 15}, true); // and nobody here told it to
  EXPECT_EQ(machine->memory().last_result, job_result::interrupted);
  const job_memory memory = machine->memory();
  pass(5min);
  make(memory);
  EXPECT_EQ(machine->state(), job_state::retrying);
  EXPECT_EQ(tick_after(1min), job_order::start);
  ended(bad);
  EXPECT_EQ(tick_after(1min), job_order::none) << "that was the one retry";
}

TEST_F(job, a_run_goes_on_under_the_next_agent_with_what_is_left_of_its_time) {
  rules.timeout = 30min;
  make();
  start_at(1h);
  const job_memory memory = machine->memory();
  now.utc += 10min;
  now.mono = 5s; // another agent, maybe with another clock
  make(memory);
  EXPECT_EQ(machine->state(), job_state::running);
  EXPECT_EQ(machine->memory(), memory);
  EXPECT_EQ(tick_after(20min - 1s), job_order::none);
  EXPECT_EQ(tick_after(1s), job_order::stop);
}

TEST_F(job, an_end_that_no_agent_saw_counts_when_it_was) {
  start_at(1h);
  const job_memory memory = machine->memory();
  pass(40min);
  make(memory);
  machine->ended(now, {good, false, monday + 1h + 5min, 5min});
  EXPECT_EQ(machine->memory().last_result, job_result::success);
  EXPECT_EQ(machine->memory().last_success, monday + 1h + 5min);
  EXPECT_EQ(machine->memory().last_duration, 5min);
  machine->ended(now, {bad, false, now.utc, 5min});
  EXPECT_EQ(count(job_result::failed), 0u) << "there is no run any more";
}

TEST_F(job, a_run_that_is_gone_is_interrupted) {
  start_at(1h);
  const job_memory memory = machine->memory();
  pass(10min);
  make(memory);
  machine->lost(now);
  EXPECT_EQ(machine->state(), job_state::waiting);
  EXPECT_EQ(machine->memory().last_result, job_result::interrupted);
  EXPECT_EQ(machine->tick(now), job_order::none) << "without retries it is not run again";
  EXPECT_EQ(machine->counts().missed, 0u);
}

TEST_F(job, what_is_queued_is_not_forgotten_with_the_agent) {
  rules.overlap = overlap_rule::queue;
  make();
  start_at(1h);
  EXPECT_EQ(tick_at(2h), job_order::none);
  const job_memory memory = machine->memory();
  make(memory);
  ended(good);
  EXPECT_EQ(machine->tick(now), job_order::start);
}

TEST_F(job, another_schedule_misses_nothing_of_before_and_leaves_a_run_alone) {
  start_at(1h);
  pass(90min);
  const os::time_zone utc{{{os::zone_begin, 0s}}};
  machine->set_schedule({{config::cron_expression::parse("15 * * * *").value()}, utc}, now);
  EXPECT_EQ(machine->state(), job_state::running);
  EXPECT_EQ(machine->next_due(), monday + 3h + 15min);
  ended(good);
  EXPECT_EQ(machine->tick(now), job_order::none);
  EXPECT_EQ(machine->counts().missed, 0u);
}

TEST_F(job, other_rules_hold_at_once) {
  start_at(1h);
  pass(10min);
  rules.timeout = 5min;
  rules.jitter = 1h;
  machine->set_rules(rules);
  EXPECT_EQ(machine->tick(now), job_order::stop);
  EXPECT_GT(machine->next_start(now).value(), machine->next_due().value());
}

TEST_F(job, tells_when_it_is_tried_again) {
  rules.retries = 1;
  make();
  start_at(1h);
  EXPECT_EQ(machine->next_start(now), monday + 2h);
  ended(bad);
  EXPECT_EQ(machine->next_start(now), monday + 1h + 1min);
}

} // namespace
} // namespace reeve::supervise
