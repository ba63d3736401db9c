// SPDX-License-Identifier: Apache-2.0
// What the groups publish of a table that the test made, and what they count over the lives of its processes.
#include "process-watch_test_fixture.hpp"

namespace {

using reeve::process_watch::testing::process_watch_test;
using reeve::process_watch::testing::second;
using reeve::testing::fake_process;
using testing::ElementsAre;
using testing::Eq;
using testing::IsEmpty;
using testing::Optional;

TEST_F(process_watch_test, without_rules_there_is_one_group_per_name_with_every_family) {
  host.run("");
  for (const std::uint32_t pid : {7u, 8u}) {
    reeve_process_row& r = add(pid, "nginx").row;
    r.cpu_user_ns = pid * second;
    r.cpu_system_ns = second / 4;
    r.resident_bytes = 1000;
    r.private_bytes = 600;
    r.virtual_bytes = 5000;
    r.threads = pid;
    r.open_handles = pid * 10;
    r.open_handles_limit = 100;
    r.io_read_bytes = 11;
    r.io_write_bytes = 12;
    r.voluntary_switches = 13;
    r.involuntary_switches = 14;
    r.major_faults = 15;
    r.minor_faults = 16;
    r.start_unix_ns = static_cast<std::int64_t>(pid * 100 * second + second / 2);
    r.state = pid == 7 ? REEVE_STATE_RUNNING : REEVE_STATE_ZOMBIE;
  }
  sample();
  EXPECT_THAT(group("processes", "nginx"), Optional(2));
  EXPECT_THAT(group("cpu_seconds_total", "nginx", ",mode=\"user\""), Optional(15));
  EXPECT_THAT(group("cpu_seconds_total", "nginx", ",mode=\"system\""), Optional(0.5));
  EXPECT_THAT(group("resident_memory_bytes", "nginx"), Optional(2000));
  EXPECT_THAT(group("private_memory_bytes", "nginx"), Optional(1200));
  EXPECT_THAT(group("virtual_memory_bytes", "nginx"), Optional(10000));
  EXPECT_THAT(group("threads", "nginx"), Optional(15));
  EXPECT_THAT(group("open_handles", "nginx"), Optional(150));
  EXPECT_THAT(group("open_handles_limit_ratio", "nginx"), Optional(0.8));
  EXPECT_THAT(group("io_bytes_total", "nginx", ",direction=\"read\""), Optional(22));
  EXPECT_THAT(group("io_bytes_total", "nginx", ",direction=\"write\""), Optional(24));
  EXPECT_THAT(group("context_switches_total", "nginx", ",type=\"voluntary\""), Optional(26));
  EXPECT_THAT(group("context_switches_total", "nginx", ",type=\"involuntary\""), Optional(28));
  EXPECT_THAT(group("page_faults_total", "nginx", ",type=\"major\""), Optional(30));
  EXPECT_THAT(group("page_faults_total", "nginx", ",type=\"minor\""), Optional(32));
  EXPECT_THAT(group("oldest_start_time_seconds", "nginx"), Optional(700.5));
  EXPECT_THAT(group("states", "nginx", ",state=\"running\""), Optional(1));
  EXPECT_THAT(group("states", "nginx", ",state=\"zombie\""), Optional(1));
  for (const char* state : {"sleeping", "waiting", "stopped", "idle", "other"})
    EXPECT_THAT(group("states", "nginx", ",state=\"" + std::string(state) + "\""), Optional(0)) << state;
  EXPECT_THAT(group("starts_total", "nginx"), Optional(0)); // they were there before
  EXPECT_THAT(group("exits_total", "nginx"), Optional(0));
  EXPECT_THAT(host.with_prefix("reeve_process_group_").size(), 25u);
  EXPECT_THAT(host.value("reeve_process_watch_limited_processes{limit=\"max_groups\"}"), Optional(0));
  EXPECT_EQ(host.published().size(), 26u); // nothing per process
}

TEST_F(process_watch_test, counters_outlive_their_processes_and_count_newcomers_from_zero) {
  host.run("");
  add(7, "a").row.cpu_user_ns = 5 * second;
  add(8, "a").row.cpu_user_ns = 2 * second;
  sample();
  EXPECT_THAT(group("cpu_seconds_total", "a", ",mode=\"user\""), Optional(7));
  host.processes.remove(7);
  host.processes.at(8).row.cpu_user_ns = 3 * second;
  add(9, "a").row.cpu_user_ns = second;
  sample();
  EXPECT_THAT(group("cpu_seconds_total", "a", ",mode=\"user\""), Optional(9));
  EXPECT_THAT(group("starts_total", "a"), Optional(1));
  EXPECT_THAT(group("exits_total", "a"), Optional(1));
  host.processes.at(8).row.cpu_user_ns = 2 * second; // the kernel's rounding
  sample();
  EXPECT_THAT(group("cpu_seconds_total", "a", ",mode=\"user\""), Optional(9));
  host.processes.at(8).row.cpu_user_ns = 4 * second;
  sample();
  EXPECT_THAT(group("cpu_seconds_total", "a", ",mode=\"user\""),
              Optional(10)); // not what was counted before the step back
}

TEST_F(process_watch_test, a_reused_pid_is_another_process) {
  host.run("per_process = true");
  add(7, "a").row.cpu_user_ns = 5 * second;
  sample();
  const std::string old_state = "reeve_process_state{pid=\"7\",name=\"a\",state=\"sleeping\"}";
  EXPECT_THAT(host.value(old_state), Optional(1));
  host.processes.rows.clear();
  host.processes.add(7, 999, "a").row.cpu_user_ns = second;
  sample();
  EXPECT_THAT(group("cpu_seconds_total", "a", ",mode=\"user\""), Optional(6));
  EXPECT_THAT(group("starts_total", "a"), Optional(1));
  EXPECT_THAT(group("exits_total", "a"), Optional(1));
  EXPECT_THAT(host.value("reeve_process_cpu_seconds_total{pid=\"7\",name=\"a\",mode=\"user\"}"), Optional(1));
}

TEST_F(process_watch_test, of_two_identities_under_one_pid_the_younger_lives) {
  host.run("per_process = true");
  host.processes.add(7, 100, "old").row.threads = 1;
  host.processes.add(7, 200, "new").row.threads = 2;
  host.processes.add(7, 150, "between").row.threads = 4;
  host.processes.add(7, 200, "new").row.threads = 8;
  sample();
  EXPECT_THAT(groups(), ElementsAre("reeve_process_group_processes{group=\"new\"}"));
  EXPECT_THAT(group("threads", "new"), Optional(2));
}

TEST_F(process_watch_test, absent_fields_contribute_nothing_and_make_no_series) {
  host.run("per_process = true");
  add(7, "a").row.present = REEVE_PROCESS_CPU;
  host.processes.at(7).row.cpu_user_ns = second;
  add(8, "a").row.present = 0;
  host.processes.at(8).row.resident_bytes = 77; // must not be looked at
  sample();
  EXPECT_THAT(host.with_prefix("reeve_process_group_"),
              ElementsAre("reeve_process_group_cpu_seconds_total{group=\"a\",mode=\"system\"}",
                          "reeve_process_group_cpu_seconds_total{group=\"a\",mode=\"user\"}",
                          "reeve_process_group_exits_total{group=\"a\"}",
                          "reeve_process_group_processes{group=\"a\"}",
                          "reeve_process_group_starts_total{group=\"a\"}"));
  EXPECT_THAT(host.with_prefix("reeve_process_cpu").size(), 2u);
  EXPECT_THAT(host.with_prefix("reeve_process_resident"), IsEmpty());
  // A counter stays when its field is lost, a gauge goes.
  host.processes.at(8).row.present = REEVE_PROCESS_THREADS;
  sample();
  EXPECT_THAT(group("threads", "a"), Optional(0));
  host.processes.at(7).row.present = 0;
  host.processes.at(8).row.present = 0;
  sample();
  EXPECT_THAT(group("cpu_seconds_total", "a", ",mode=\"user\""), Optional(1));
  EXPECT_THAT(group("threads", "a"), Eq(std::nullopt));
}

TEST_F(process_watch_test, without_a_limit_there_is_no_ratio) {
  host.run("");
  add(7, "a").row.open_handles = 5;
  add(8, "a").row.open_handles_limit = 0;
  sample();
  EXPECT_THAT(group("open_handles", "a"), Optional(5));
  EXPECT_THAT(group("open_handles_limit_ratio", "a"), Eq(std::nullopt));
}

TEST_F(process_watch_test, exec_moves_a_process_without_counting_it_twice) {
  host.run("per_process = true");
  add(7, "sh").row.cpu_user_ns = second;
  sample();
  host.processes.at(7).name = "java";
  host.processes.at(7).row.cpu_user_ns = 4 * second;
  sample();
  EXPECT_THAT(group("cpu_seconds_total", "sh", ",mode=\"user\""), Optional(1));
  EXPECT_THAT(group("cpu_seconds_total", "java", ",mode=\"user\""), Optional(3));
  EXPECT_THAT(group("processes", "sh"), Optional(0));
  EXPECT_THAT(group("processes", "java"), Optional(1));
  EXPECT_THAT(group("exits_total", "sh"), Optional(0)); // it lives
  EXPECT_THAT(host.value("reeve_process_cpu_seconds_total{pid=\"7\",name=\"java\",mode=\"user\"}"),
              Optional(4));
  EXPECT_THAT(host.with_prefix("reeve_process_cpu_seconds_total{pid=\"7\",name=\"sh\""), IsEmpty());
}

TEST_F(process_watch_test, what_a_process_used_while_it_was_nobodys_stays_nobodys) {
  host.run("[[group]]\nname = \"g\"\nprocess = [\"java\"]");
  add(7, "sh").row.cpu_user_ns = second;
  sample();
  EXPECT_THAT(groups(), IsEmpty());
  host.processes.at(7).name = "java";
  host.processes.at(7).row.cpu_user_ns = 4 * second;
  sample();
  EXPECT_THAT(group("cpu_seconds_total", "g", ",mode=\"user\""), Optional(3));
}

TEST_F(process_watch_test, short_lived_processes_start_and_exit_and_leave_what_they_counted) {
  host.run("");
  add(7, "make");
  sample();
  fake_process brief(900, 9000, "cc", 7);
  brief.row.present = REEVE_PROCESS_CPU | REEVE_PROCESS_RESIDENT_MEMORY;
  brief.row.cpu_user_ns = 2 * second;
  brief.row.resident_bytes = 55;
  host.processes.short_lived = {brief, brief};
  sample();
  EXPECT_THAT(group("starts_total", "cc"), Optional(2));
  EXPECT_THAT(group("exits_total", "cc"), Optional(2));
  EXPECT_THAT(group("cpu_seconds_total", "cc", ",mode=\"user\""), Optional(4));
  EXPECT_THAT(group("processes", "cc"), Optional(0));
  EXPECT_THAT(group("resident_memory_bytes", "cc"), Eq(std::nullopt));
  host.processes.same_reading = true; // nothing new is told
  sample();
  EXPECT_THAT(group("starts_total", "cc"), Optional(2));
  EXPECT_TRUE(host.processes.wanted() & REEVE_PROCESS_SHORT_LIVED);
}

} // namespace
