// SPDX-License-Identifier: Apache-2.0
#include "schedule_fixture.hpp"

namespace reeve::schedule {
namespace {

class ticks : public schedule_fixture {};

TEST_F(ticks, the_first_run_is_due_at_once_and_the_rest_on_the_grid) {
  at(300ms);
  add("a", every(1s));
  EXPECT_EQ(at(300ms), 800ms + 1ns); // its deadline comes first
  EXPECT_EQ(began(), strings{"a@300"});
  at(310ms);
  done("a");
  EXPECT_EQ(at(999ms), 1s);
  EXPECT_EQ(began(), strings{});
  EXPECT_EQ(at(1s), 1s + 500ms + 1ns); // the deadline comes before the next tick
  EXPECT_EQ(began(), strings{"a@1000"});
}

TEST_F(ticks, the_rate_is_fixed_however_long_the_runs_take) {
  add("a", every(1s));
  for (int second = 0; second < 50; ++second) {
    at(second * 1s + 3ms * second % 7); // the loop is never quite on time
    EXPECT_EQ(began(), strings{"a@" + std::to_string(second * 1000)});
    at(second * 1s + 400ms);
    done("a");
    EXPECT_EQ(at(second * 1s + 401ms), (second + 1) * 1s);
  }
  EXPECT_EQ(of("a").overruns_total, 0u);
  EXPECT_EQ(of("a").runs_total, 50u);
}

TEST_F(ticks, plugins_of_the_same_interval_meet_on_the_same_instants) {
  at(100ms);
  add("a", every(2s));
  at(1700ms);
  add("b", every(2s));
  at(1700ms);
  began();
  done("a");
  done("b");
  at(2s);
  EXPECT_EQ(began(), (strings{"a@2000", "b@2000"}));
}

TEST_F(ticks, a_run_carries_its_time_its_deadline_and_its_number) {
  add("a", every(1s, 250ms));
  at(0s);
  done("a");
  at(1s + 20ms);
  ASSERT_EQ(runs_.size(), 2u);
  const plugin_host::tick& t = runs_[1].second;
  EXPECT_EQ(t.cycle, runs_[0].second.cycle + 1);
  EXPECT_EQ(t.scheduled_mono, epoch + 1s);
  EXPECT_EQ(t.scheduled_unix, epoch + 1s + unix_minus_mono);
  EXPECT_EQ(t.interval, 1s);
  EXPECT_EQ(t.deadline_mono, epoch + 1s + 20ms + 250ms); // counted from when it began
}

TEST_F(ticks, one_run_is_in_flight_and_a_tick_that_finds_it_is_missed) {
  add("a", every(1s, 10s));
  at(0s);
  at(1s);
  at(2s);
  EXPECT_EQ(began(), strings{"a@0"});
  EXPECT_EQ(of("a").overruns_total, 2u);
  EXPECT_EQ(of("a").now, state::starting); // it is slow, not late
  at(2500ms);
  done("a");
  EXPECT_EQ(of("a").last_duration, 2500ms);
  at(3s);
  EXPECT_EQ(began(), strings{"a@3000"});
}

TEST_F(ticks, ticks_that_passed_unseen_are_counted_once_and_not_made_up_for) {
  add("a", every(1s));
  at(0s);
  done("a");
  began();
  const std::uint64_t cycle = 1;
  at(60s + 500ms); // the machine slept
  EXPECT_EQ(of("a").overruns_total, 59u);
  ASSERT_EQ(runs_.size(), 1u);
  EXPECT_EQ(runs_[0].second.cycle, cycle + 60); // the gap shows
  EXPECT_EQ(runs_[0].second.scheduled_mono, epoch + 60s + 500ms);
  done("a");
  EXPECT_EQ(at(60s + 501ms), 61s);
}

TEST_F(ticks, an_hour_at_most_passes_between_two_looks) {
  EXPECT_EQ(at(0s), 1h);
  add("a", every(24h));
  at(0s);
  done("a");
  EXPECT_EQ(at(1s), 1s + 1h);
}

TEST_F(ticks, a_removed_plugin_is_forgotten_with_the_run_in_flight) {
  add("a", every(1s));
  at(0s);
  scheduler_.remove("a");
  done("a");
  EXPECT_EQ(scheduler_.find("a"), nullptr);
  at(1s);
  EXPECT_EQ(began(), strings{"a@0"});
  EXPECT_TRUE(scheduler_.all().empty());
  scheduler_.remove("a");
}

TEST_F(ticks, added_again_it_begins_anew) {
  add("a", every(1s));
  at(0s);
  done("a", false);
  add("a", every(5s));
  EXPECT_EQ(of("a").failures_in_a_row, 0u);
  EXPECT_EQ(of("a").now, state::starting);
  began();
  at(100ms);
  EXPECT_EQ(began(), strings{"a@0"}); // due since it was added
}

TEST_F(ticks, an_answer_that_nobody_waits_for_changes_nothing) {
  add("a", every(1s));
  done("a");
  done("nobody");
  EXPECT_EQ(of("a").now, state::starting);
  at(0s);
  done("a");
  done("a", false);
  EXPECT_EQ(of("a").now, state::ok);
  EXPECT_EQ(of("a").failures_total, 0u);
}

class refresh : public schedule_fixture {
 protected:
  refresh() {
    add("a", every(10s, 5s));
    at(0s);
    at(100ms);
    done("a");
    at(1s);
    began();
  }
  bool ask(nanoseconds patience = 500ms) { return scheduler_.refresh("a", now_, patience); }
};

TEST_F(refresh, begins_a_run_now_and_leaves_the_grid_alone) {
  EXPECT_TRUE(ask());
  EXPECT_EQ(began(), strings{"a@1000"});
  at(1200ms);
  done("a");
  EXPECT_EQ(at(1300ms), 10s);
  EXPECT_EQ(of("a").runs_total, 2u);
}

TEST_F(refresh, joins_the_run_that_is_on_its_way) {
  EXPECT_TRUE(ask());
  EXPECT_TRUE(ask());
  EXPECT_EQ(began().size(), 1u);
}

TEST_F(refresh, does_not_wait_for_a_run_that_has_lasted_too_long_already) {
  EXPECT_TRUE(ask());
  at(1s + 501ms);
  EXPECT_FALSE(ask());
}

TEST_F(refresh, is_refused_when_the_last_run_took_longer_than_the_patience) {
  EXPECT_TRUE(ask(100ms));
  at(1300ms);
  done("a"); // 300 ms
  EXPECT_FALSE(ask(299ms));
  EXPECT_TRUE(ask(300ms));
}

TEST_F(refresh, the_first_run_does_not_say_how_long_a_run_takes) {
  EXPECT_TRUE(ask(1ms)); // it took 100 ms
}

TEST_F(refresh, is_refused_when_the_plugin_failed_last_time) {
  EXPECT_TRUE(ask());
  done("a", false);
  EXPECT_FALSE(ask());
}

TEST_F(refresh, is_refused_while_a_run_is_late) {
  EXPECT_TRUE(ask());
  at(7s);
  EXPECT_EQ(of("a").now, state::late);
  EXPECT_FALSE(ask(1h));
}

TEST_F(refresh, of_a_stranger_is_refused) {
  EXPECT_FALSE(scheduler_.refresh("b", now_, 1h));
}

TEST_F(refresh, a_tick_that_comes_meanwhile_is_an_overrun) {
  at(9900ms);
  EXPECT_TRUE(ask());
  at(10s);
  EXPECT_EQ(of("a").overruns_total, 1u);
  EXPECT_EQ(began(), strings{"a@9900"});
}

} // namespace
} // namespace reeve::schedule
