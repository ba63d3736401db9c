// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/job_machine.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

namespace reeve::supervise {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;
using testing::Optional;

constexpr process_end good{false, 0}, bad{false, 3};
const sys_seconds monday = sys_days(2026y / January / 5); // 00:00 UTC

job_schedule hourly() {
  const os::time_zone utc{{{os::zone_begin, 0s}}};
  return {{config::cron_expression::parse("0 * * * *").value()}, utc};
}

// A job due at each full hour, and both clocks. It begins at 00:10.
class job : public testing::Test {
 protected:
  void make(const std::optional<job_memory>& memory = std::nullopt) {
    machine.emplace(hourly(), rules, now, memory);
  }
  void SetUp() override { make(); }

  void pass(nanoseconds time) {
    now.mono += time;
    now.utc += floor<seconds>(time);
  }
  job_order tick_after(nanoseconds time) {
    pass(time);
    return machine->tick(now);
  }
  // To a time of day, as both clocks go.
  job_order tick_at(seconds time_of_day) { return tick_after(monday + time_of_day - now.utc); }
  void start_at(seconds time_of_day) {
    EXPECT_EQ(tick_at(time_of_day), job_order::start);
    machine->started(now);
  }
  void ended(const process_end& end, bool was_stopped = false) {
    const auto up = nanoseconds(now.utc - machine->memory().last_start.value());
    machine->ended(now, {end, was_stopped, now.utc, up});
  }
  std::uint64_t count(job_result r) const { return machine->counts().ended[static_cast<std::size_t>(r)]; }

  job_rules rules;
  both_clocks now{1000s, monday + 10min};
  std::optional<job_machine> machine;
};

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
    now.utc = monday + hours(hour) - 1s;
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
    EXPECT_EQ(machine->memory().handled, monday + hours(hour));
    EXPECT_EQ(machine->counts().missed, 0u);
  }
  std::ranges::sort(delays);
  EXPECT_LT(delays.front(), 5min);
  EXPECT_GT(delays.back(), 25min);
  EXPECT_GT(std::ranges::unique(delays).begin() - delays.begin(), 40);
}

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

TEST(job_names, differ) {
  std::vector<std::string> names;
  for (const job_result r : all_job_results)
    names.emplace_back(name_of(r));
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

} // namespace
} // namespace reeve::supervise
