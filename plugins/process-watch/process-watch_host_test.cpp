// SPDX-License-Identifier: Apache-2.0
// What the plugin needs of its host, and what it makes of one that is full, fails, cancels or is newer.
#include "process-watch_test_fixture.hpp"

namespace {

using reeve::process_watch::testing::process_watch_test;
using reeve::process_watch::testing::second;
using reeve::testing::fake_plugin_host;
using reeve::testing::fake_process;
using testing::IsEmpty;
using testing::Optional;

TEST_F(process_watch_test, a_full_host_costs_series_but_nothing_else) {
  host.run("per_process = true");
  host.max_series = 30;
  add(7, "a");
  add(8, "b");
  EXPECT_EQ(host.sample(), REEVE_PARTIAL);
  EXPECT_EQ(host.live_series(), 30u);
  EXPECT_GT(host.dropped_points(), 0u);
  host.max_series = 1000;
  sample(); // there is room now
  EXPECT_THAT(host.with_prefix("reeve_process_threads").size(), 2u);
  host.processes.rows.clear();
  sample();
}

TEST_F(process_watch_test, a_failing_table_fails_the_sample_and_loses_nothing) {
  host.run("");
  add(7, "a").row.cpu_user_ns = second;
  sample();
  host.processes.read_status = REEVE_E_AGAIN;
  EXPECT_EQ(host.sample(), REEVE_E_AGAIN);
  EXPECT_THAT(host.last_error(), testing::HasSubstr("process table"));
  host.processes.read_status = REEVE_OK;
  host.processes.at(7).row.cpu_user_ns = 2 * second;
  sample();
  EXPECT_THAT(group("cpu_seconds_total", "a", ",mode=\"user\""), Optional(2));
}

TEST_F(process_watch_test, a_cancelled_sample_is_made_up_for_by_the_next) {
  const auto fill = [](fake_plugin_host& h) {
    for (std::uint32_t pid = 10; pid < 60; ++pid)
      h.processes.add(pid, pid, pid % 2 ? "odd" : "even", pid > 10 ? pid - 1 : 1).row.cpu_user_ns = second;
  };
  for (std::uint64_t polls = 0; polls < 4; ++polls) {
    fake_plugin_host one;
    one.run("per_process = true");
    ASSERT_EQ(one.sample(), REEVE_OK);
    fill(one);
    one.polls_until_cancelled = polls;
    const reeve_status status = one.sample();
    EXPECT_TRUE(status == REEVE_E_CANCELLED || polls >= 2) << polls;
    one.polls_until_cancelled.reset();
    ASSERT_EQ(one.sample(), REEVE_OK);
    EXPECT_THAT(one.value("reeve_process_group_starts_total{group=\"odd\"}"), Optional(25)) << polls;
    EXPECT_THAT(one.value("reeve_process_group_cpu_seconds_total{group=\"even\",mode=\"user\"}"),
                Optional(25))
        << polls;
    EXPECT_THAT(one.violations(), IsEmpty());
  }
}

TEST_F(process_watch_test, rows_of_a_newer_host_are_longer) {
  host.processes.extra_row_bytes = 24;
  host.run("");
  add(7, "a").row.threads = 3;
  add(8, "b").row.threads = 4;
  sample();
  EXPECT_THAT(group("threads", "a"), Optional(3));
  EXPECT_THAT(group("threads", "b"), Optional(4));
}

TEST_F(process_watch_test, text_outside_of_the_table_is_not_read) {
  // only_wanted off: rows claim to have texts whose place is nonsense.
  host.processes.only_wanted = false;
  host.run("[[group]]\nname = \"{{.ExeBase}}\"\nexecutable = [\"a\"]");
  fake_process& p = add(7, "a");
  p.executable = "/bin/a";
  sample();
  EXPECT_THAT(group("processes", "a"), Optional(1));
}

TEST_F(process_watch_test, it_needs_the_process_table) {
  ASSERT_NE(host.description().needs, nullptr);
  EXPECT_STREQ(host.description().needs[0], REEVE_EXT_PROCESS_TABLE);
  EXPECT_EQ(host.description().needs[1], nullptr);
  EXPECT_STREQ(host.description().name, "process-watch");
  host.missing_extensions.insert(REEVE_EXT_PROCESS_TABLE);
  ASSERT_EQ(host.configure(""), REEVE_OK);
  EXPECT_EQ(host.start(), REEVE_E_UNSUPPORTED);
}

} // namespace
