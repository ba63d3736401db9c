// SPDX-License-Identifier: Apache-2.0
// What becomes of plugins that fail or do not return.
#include "schedule_fixture.hpp"

namespace reeve::schedule {
namespace {

class failures : public schedule_fixture {
 protected:
  failures() { add("a", every(1s)); }
  // The run that is due at this instant fails 10 ms later.
  void fail_at(nanoseconds when) {
    at(when);
    now_ = epoch + when + 10ms;
    done("a", false);
    at(when + 11ms);
  }
};

TEST_F(failures, one_is_told_and_the_next_run_comes_on_time) {
  fail_at(0s);
  EXPECT_EQ(of("a").now, state::failing);
  EXPECT_EQ(of("a").last_error, "it failed");
  EXPECT_EQ(changes(), strings{"a failing"});
  at(1s);
  EXPECT_EQ(began(), (strings{"a@0", "a@1000"}));
  done("a");
  EXPECT_EQ(of("a").now, state::ok);
  EXPECT_EQ(of("a").failures_in_a_row, 0u);
  EXPECT_EQ(of("a").last_error, "");
  EXPECT_EQ(changes(), strings{"a ok"});
}

TEST_F(failures, the_same_state_is_told_once) {
  fail_at(0s);
  fail_at(1s);
  EXPECT_EQ(changes(), strings{"a failing"});
}

TEST_F(failures, a_first_success_is_nothing_to_tell) {
  at(0s);
  done("a");
  EXPECT_EQ(changes(), strings{});
}

TEST_F(failures, enough_in_a_row_lead_to_quarantine) {
  fail_at(0s);
  fail_at(1s);
  fail_at(2s);
  EXPECT_EQ(of("a").now, state::quarantined);
  EXPECT_EQ(of("a").quarantined_until, epoch + 2s + 10ms + 30s);
  EXPECT_EQ(changes(), (strings{"a failing", "a quarantined"}));
  began();
  EXPECT_EQ(at(20s), 32s + 10ms);
  EXPECT_EQ(began(), strings{});
  EXPECT_FALSE(scheduler_.refresh("a", now_, 1h));
  at(32s + 10ms);
  EXPECT_EQ(began().size(), 1u);
}

TEST_F(failures, quarantine_doubles_up_to_its_bound_while_tries_fail) {
  fail_at(0s);
  fail_at(1s);
  fail_at(2s);
  nanoseconds begin = 2s + 10ms;
  for (const nanoseconds length : {30s, 60s, 100s, 100s}) {
    ASSERT_EQ(of("a").quarantined_until, epoch + begin + length);
    fail_at(begin + length);
    begin += length + 10ms;
  }
  EXPECT_EQ(of("a").failures_total, 7u);
  EXPECT_EQ(of("a").overruns_total, 0u) << "ticks inside the quarantine are not missed ones";
}

TEST_F(failures, a_good_try_ends_it_and_the_next_quarantine_is_short_again) {
  fail_at(0s);
  fail_at(1s);
  fail_at(2s);
  fail_at(32s + 10ms);
  const nanoseconds until = of("a").quarantined_until - epoch;
  EXPECT_EQ(until, 32s + 20ms + 60s);
  at(until);
  changes();
  done("a");
  EXPECT_EQ(changes(), strings{"a ok"});
  EXPECT_EQ(of("a").quarantined_until, nanoseconds{0});
  EXPECT_EQ(at(until + 1ms), 93s); // back on the grid
  fail_at(93s);
  fail_at(94s);
  fail_at(95s);
  EXPECT_EQ(of("a").quarantined_until, epoch + 95s + 10ms + 30s);
}

TEST_F(failures, successes_between_them_start_the_count_anew) {
  fail_at(0s);
  fail_at(1s);
  at(2s);
  done("a");
  fail_at(3s);
  fail_at(4s);
  EXPECT_EQ(of("a").now, state::failing);
}

TEST_F(failures, a_run_past_its_deadline_is_late) {
  at(0s);
  EXPECT_EQ(at(400ms), 500ms + 1ns);
  EXPECT_EQ(of("a").now, state::starting);
  at(500ms);
  EXPECT_EQ(of("a").late_total, 0u); // the deadline itself is in time
  at(500ms + 1ns);
  EXPECT_EQ(of("a").now, state::late);
  EXPECT_EQ(of("a").late_total, 1u);
  EXPECT_NE(of("a").last_error, "");
  EXPECT_EQ(changes(), strings{"a late"});
  at(900ms);
  EXPECT_EQ(of("a").late_total, 1u); // once per run
}

TEST_F(failures, a_late_run_that_succeeds_after_all_makes_it_well) {
  at(0s);
  at(600ms);
  done("a");
  EXPECT_EQ(of("a").now, state::ok);
  EXPECT_EQ(of("a").failures_in_a_row, 0u);
  EXPECT_EQ(changes(), (strings{"a late", "a ok"}));
}

TEST_F(failures, a_late_run_that_fails_after_all_counts_once) {
  at(0s);
  at(600ms);
  done("a", false, "gave up");
  EXPECT_EQ(of("a").failures_in_a_row, 1u);
  EXPECT_EQ(of("a").last_error, "gave up");
  EXPECT_EQ(of("a").failures_total, 1u);
  EXPECT_EQ(of("a").late_total, 1u);
}

TEST_F(failures, each_tick_that_a_stuck_run_misses_counts_until_quarantine) {
  at(0s);
  at(600ms); // late: one
  at(1s);    // two
  EXPECT_EQ(of("a").now, state::late);
  at(2s); // three
  EXPECT_EQ(of("a").now, state::quarantined);
  EXPECT_EQ(of("a").overruns_total, 2u);
  EXPECT_EQ(began(), strings{"a@0"});
}

TEST_F(failures, a_stuck_run_stays_quarantined_and_alone) {
  at(0s);
  for (nanoseconds t = 100ms; t < 1h; t += 700ms)
    at(t);
  EXPECT_EQ(of("a").now, state::quarantined);
  EXPECT_EQ(of("a").late_total, 1u);
  EXPECT_EQ(began(), strings{"a@0"});
  done("a"); // it returns after an hour
  EXPECT_EQ(of("a").now, state::ok);
  EXPECT_FALSE(of("a").running);
}

// A try after quarantine that hangs as well is late like any other run, and tells so.
TEST_F(failures, a_try_that_hangs_is_late_and_prolongs_the_quarantine) {
  fail_at(0s);
  fail_at(1s);
  fail_at(2s);
  at(32s + 10ms); // the try
  changes();
  EXPECT_EQ(at(32s + 200ms), 32s + 510ms + 1ns);
  at(32s + 511ms);
  EXPECT_EQ(of("a").late_total, 1u);
  EXPECT_EQ(of("a").now, state::quarantined);
  EXPECT_EQ(of("a").quarantined_until, epoch + 32s + 511ms + 60s);
  EXPECT_EQ(changes(), strings{"a quarantined"});
  done("a", false, "gave up"); // the same run: not counted twice
  EXPECT_EQ(of("a").quarantined_until, epoch + 32s + 511ms + 60s);
}

TEST_F(failures, of_one_plugin_do_not_touch_another) {
  add("b", every(1s));
  at(0s);
  done("b");
  at(600ms);
  at(1s);
  EXPECT_EQ(began(), (strings{"a@0", "b@0", "b@1000"}));
  EXPECT_EQ(of("b").now, state::ok);
}

} // namespace
} // namespace reeve::schedule
