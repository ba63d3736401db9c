// SPDX-License-Identifier: Apache-2.0
#include "job_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

namespace reeve::supervise {
namespace {

using namespace std::chrono_literals;
using std::chrono::years;

TEST_F(job, runs_at_its_time_and_remembers_how_that_went) {
  EXPECT_EQ(machine->state(), job_state::waiting);
  EXPECT_EQ(machine->next_due(), monday + 1h);
  EXPECT_EQ(tick_at(1h - 1s), job_order::none);
  start_at(1h);
  EXPECT_EQ(machine->state(), job_state::running);
  EXPECT_TRUE(machine->memory().running);
  pass(90s);
  ended(good);
  EXPECT_EQ(machine->state(), job_state::waiting);
  EXPECT_EQ(machine->next_due(), monday + 2h);
  const job_memory& m = machine->memory();
  EXPECT_EQ(m.handled, monday + 1h);
  EXPECT_EQ(m.last_result, job_result::success);
  EXPECT_EQ(m.last_success, monday + 1h + 90s);
  EXPECT_EQ(m.last_start, monday + 1h);
  EXPECT_EQ(m.last_duration, 90s);
  EXPECT_FALSE(m.running);
  EXPECT_EQ(count(job_result::success), 1u);
  EXPECT_EQ(tick_after(1s), job_order::none);
}

TEST_F(job, is_looked_at_in_time_and_often_enough_for_a_clock_that_jumps) {
  EXPECT_EQ(machine->wake_at(now), now.mono + job_machine::look_interval);
  pass(49min + 50s);
  EXPECT_EQ(machine->wake_at(now), now.mono + 10s);
  pass(1min);
  EXPECT_EQ(machine->wake_at(now), now.mono);
}

TEST_F(job, what_passed_without_the_agent_is_made_up_for_once) {
  job_memory memory;
  memory.handled = monday - 5h;
  make(memory);
  EXPECT_EQ(machine->tick(now), job_order::start); // for -4h to 0h
  EXPECT_EQ(machine->counts().missed, 5u);
  ended(good);
  EXPECT_EQ(machine->next_due(), monday + 1h);
  EXPECT_EQ(machine->tick(now), job_order::none);
}

TEST_F(job, what_passed_without_the_agent_is_left_out_where_that_is_wanted) {
  rules.missed = missed_rule::skip;
  job_memory memory;
  memory.handled = monday - 5h;
  make(memory);
  EXPECT_EQ(machine->tick(now), job_order::none);
  EXPECT_EQ(machine->counts().missed, 5u);
  EXPECT_EQ(machine->memory().handled, monday);
  start_at(1h);
}

TEST_F(job, a_short_absence_misses_nothing) {
  rules.missed = missed_rule::skip;
  job_memory memory;
  memory.handled = monday - 1h;
  now.utc = monday + job_machine::on_time;
  make(memory);
  EXPECT_EQ(machine->tick(now), job_order::start);
  EXPECT_EQ(machine->counts().missed, 0u);
  now.utc += 1s;
  make(memory);
  EXPECT_EQ(machine->tick(now), job_order::none);
  EXPECT_EQ(machine->counts().missed, 1u);
}

TEST_F(job, years_of_absence_are_one_look) {
  job_memory memory;
  memory.handled = monday - years(40);
  make(memory);
  EXPECT_EQ(machine->tick(now), job_order::start);
  EXPECT_GE(machine->counts().missed, 1000u);
  EXPECT_EQ(machine->next_due(), monday + 1h);
}

TEST_F(job, without_a_memory_has_missed_nothing) {
  EXPECT_EQ(machine->tick(now), job_order::none);
  EXPECT_EQ(machine->counts().missed, 0u);
}

TEST_F(job, a_clock_that_jumps_forth_counts_as_an_absence) {
  now.utc += 5h;
  EXPECT_EQ(machine->tick(now), job_order::start);
  EXPECT_EQ(machine->counts().missed, 5u);
  EXPECT_EQ(machine->next_due(), monday + 6h);
}

TEST_F(job, a_clock_that_jumps_back_makes_no_second_run) {
  start_at(3h);
  ended(good);
  now.utc -= 2h;
  for (int i = 0; i < 120; ++i)
    EXPECT_EQ(tick_after(1min), job_order::none) << i;
  EXPECT_EQ(machine->next_due(), monday + 4h);
  start_at(4h);
}

TEST_F(job, a_clock_that_was_years_ahead_does_not_silence_it) {
  now.utc += years(3);
  EXPECT_EQ(machine->tick(now), job_order::start);
  ended(good);
  now.utc -= years(3);
  EXPECT_EQ(machine->tick(now), job_order::none);
  start_at(1h);
}

TEST_F(job, a_clock_that_is_years_behind_for_a_while_misses_nothing_by_coming_back) {
  start_at(1h);
  ended(good);
  pass(10min);
  now.utc -= years(30); // before the network is there
  EXPECT_EQ(tick_after(1min), job_order::none);
  now.utc += years(30);
  EXPECT_EQ(tick_after(1min), job_order::none);
  EXPECT_EQ(machine->counts().missed, 0u);
  start_at(2h);
}

TEST_F(job, a_failed_run_is_retried_after_the_interval) {
  rules.retries = 2;
  rules.retry_interval = 5min;
  make();
  start_at(1h);
  ended(bad);
  EXPECT_EQ(machine->state(), job_state::retrying);
  EXPECT_EQ(machine->memory().retries_left, 2u);
  EXPECT_EQ(tick_after(5min - 1ns), job_order::none);
  EXPECT_EQ(machine->wake_at(now), now.mono + 1ns);
  EXPECT_EQ(tick_after(1ns), job_order::start);
  EXPECT_EQ(machine->memory().retries_left, 1u);
  machine->start_failed(now); // counts as a failed run
  EXPECT_EQ(machine->state(), job_state::retrying);
  EXPECT_EQ(tick_after(5min), job_order::start);
  ended(bad);
  EXPECT_EQ(machine->state(), job_state::waiting);
  EXPECT_EQ(tick_after(10min), job_order::none);
  EXPECT_EQ(machine->counts().retries, 2u);
  EXPECT_EQ(count(job_result::failed), 3u);
  start_at(2h);
  EXPECT_EQ(machine->memory().retries_left, 2u); // each run has its own
}

TEST_F(job, a_retry_that_succeeds_is_the_last) {
  rules.retries = 2;
  make();
  start_at(1h);
  ended(bad);
  EXPECT_EQ(tick_after(1min), job_order::start);
  ended(good);
  EXPECT_EQ(machine->state(), job_state::waiting);
  EXPECT_EQ(tick_after(10min), job_order::none);
}

TEST_F(job, the_next_time_takes_the_place_of_a_retry) {
  rules.retries = 1;
  rules.retry_interval = 2h;
  make();
  start_at(1h);
  ended(bad);
  start_at(2h);
  ended(good);
  EXPECT_EQ(tick_at(2h + 59min), job_order::none);
  EXPECT_EQ(machine->counts().retries, 0u);
}

TEST_F(job, a_run_that_takes_too_long_is_stopped) {
  rules.timeout = 10min;
  make();
  start_at(1h);
  EXPECT_EQ(tick_after(10min - 1ns), job_order::none);
  EXPECT_EQ(machine->wake_at(now), now.mono + 1ns);
  EXPECT_EQ(tick_after(1ns), job_order::stop);
  EXPECT_EQ(machine->state(), job_state::stopping);
  EXPECT_EQ(tick_after(30s), job_order::none) << "that of the supervisor is enough";
  ended({true, 9}, true);
  EXPECT_EQ(machine->memory().last_result, job_result::timed_out);
}

TEST_F(job, a_run_that_timed_out_is_retried_with_a_limit_of_its_own) {
  rules.timeout = 10min;
  rules.retries = 1;
  make();
  start_at(1h);
  EXPECT_EQ(tick_after(10min), job_order::stop);
  ended(good); // it ended as asked, and too late
  EXPECT_EQ(machine->memory().last_result, job_result::timed_out);
  EXPECT_EQ(tick_after(1min), job_order::start);
  EXPECT_EQ(tick_after(9min), job_order::none);
  EXPECT_EQ(tick_after(1min), job_order::stop);
}

TEST_F(job, overlap_skip_lets_the_time_pass) {
  start_at(1h);
  EXPECT_EQ(tick_at(2h), job_order::none);
  EXPECT_EQ(machine->counts().skipped, 1u);
  ended(good);
  start_at(3h);
}

TEST_F(job, overlap_queue_holds_one_run) {
  rules.overlap = overlap_rule::queue;
  rules.retries = 1;
  make();
  start_at(1h);
  EXPECT_EQ(tick_at(2h), job_order::none);
  EXPECT_EQ(tick_at(3h), job_order::none);
  EXPECT_EQ(machine->counts().skipped, 1u);
  ended(bad);
  EXPECT_EQ(machine->wake_at(now), now.mono);
  EXPECT_EQ(machine->tick(now), job_order::start); // no retry: the next run is there
  ended(good);
  EXPECT_EQ(machine->counts().retries, 0u);
}

TEST_F(job, overlap_stop_running_makes_room) {
  rules.overlap = overlap_rule::stop_running;
  make();
  start_at(1h);
  EXPECT_EQ(tick_at(2h), job_order::stop);
  ended({true, 9});
  EXPECT_EQ(machine->wake_at(now), now.mono);
  EXPECT_EQ(machine->tick(now), job_order::start);
  EXPECT_EQ(machine->memory().last_result, job_result::stopped);
  EXPECT_EQ(machine->state(), job_state::running);
}

TEST_F(job, a_run_that_cannot_be_ended_is_never_doubled) {
  rules.overlap = overlap_rule::stop_running;
  make();
  start_at(1h);
  EXPECT_EQ(machine->stop(), job_order::stop);
  EXPECT_EQ(tick_at(2h), job_order::none);
  EXPECT_EQ(machine->run(now), job_order::none);
  ended({true, 9}, true);
  EXPECT_EQ(machine->tick(now), job_order::start);
}

TEST_F(job, jitter_delays_each_time_alike_however_often_it_is_planned) {
  rules.jitter = 30min;
  rules.seed = 7;
  std::vector<nanoseconds> delays;
  for (int hour = 1; hour <= 50; ++hour) {
    now.utc = monday + std::chrono::hours(hour) - 1s;
    make();
    pass(1s);
    nanoseconds delay = 0s;
    while (machine->tick(now) == job_order::none && delay <= 30min) {
      delay += 1s;
      pass(1s);
      if (delay == 10s) { // the agent is started again
        const job_memory memory = machine->memory();
        make(memory);
      }
    }
    delays.push_back(delay);
    EXPECT_LE(delay, 30min);
    EXPECT_EQ(machine->memory().handled, monday + std::chrono::hours(hour));
    EXPECT_EQ(machine->counts().missed, 0u);
  }
  std::ranges::sort(delays);
  EXPECT_LT(delays.front(), 5min);
  EXPECT_GT(delays.back(), 25min);
  EXPECT_GT(std::ranges::unique(delays).begin() - delays.begin(), 40);
}

TEST(job_names, differ) {
  std::vector<std::string> names;
  for (const job_result r : all_job_results)
    names.emplace_back(name_of(r));
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

} // namespace
} // namespace reeve::supervise
