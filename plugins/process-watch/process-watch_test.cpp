// SPDX-License-Identifier: Apache-2.0
// What the plugin publishes of a table that the test made, through the plugin's entry.
#include "tests/support/fake_plugin_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using reeve::testing::fake_plugin_host;
using reeve::testing::fake_process;
using testing::ElementsAre;
using testing::Eq;
using testing::IsEmpty;
using testing::Optional;

constexpr std::uint64_t second = 1'000'000'000;

class process_watch_test : public testing::Test {
 protected:
  void TearDown() override { EXPECT_THAT(host.violations(), IsEmpty()); }

  void sample() { ASSERT_EQ(host.sample(), REEVE_OK) << host.last_error(); }
  std::optional<double> group(const std::string& what, const std::string& name,
                              const std::string& more = "") {
    return host.value("reeve_process_group_" + what + "{group=\"" + name + "\"" + more + "}");
  }
  std::vector<std::string> groups() { return host.with_prefix("reeve_process_group_processes"); }
  fake_process& add(std::uint32_t pid, std::string name, std::uint32_t ppid = 1) {
    return host.processes.add(pid, pid * 10, std::move(name), ppid);
  }

  fake_plugin_host host;
};

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

TEST_F(process_watch_test, exec_is_noticed_by_executable_and_command_line_when_rules_use_them) {
  host.run(R"(
unmatched = "group_by_name"
[[group]]
name = "by-exe"
executable = ["/opt/b"]
[[group]]
name = "by-line"
command_line_regex = ["--role=web"]
)");
  fake_process& p = add(7, "x");
  p.executable = "/opt/a";
  p.command_line = "x";
  sample();
  EXPECT_THAT(group("processes", "x"), Optional(1));
  host.processes.at(7).command_line = "x --role=web";
  sample();
  EXPECT_THAT(group("processes", "by-line"), Optional(1));
  host.processes.at(7).executable = "/opt/b";
  sample();
  EXPECT_THAT(group("processes", "by-exe"), Optional(1));
  EXPECT_THAT(group("processes", "by-line"), Optional(0));
  // What cannot be read any more is as it was, and a zombie has nothing left to read.
  host.processes.at(7).row.present &= ~std::uint32_t{REEVE_PROCESS_EXECUTABLE};
  sample();
  EXPECT_THAT(group("processes", "by-exe"), Optional(1));
  host.processes.at(7).row.present |= REEVE_PROCESS_EXECUTABLE;
  host.processes.at(7).executable.clear();
  host.processes.at(7).row.state = REEVE_STATE_ZOMBIE;
  sample();
  EXPECT_THAT(group("processes", "by-exe"), Optional(1));
  // But another name is another program, whatever else can be read.
  host.processes.at(7).row.state = REEVE_STATE_SLEEPING;
  host.processes.at(7).row.present = REEVE_PROCESS_CPU;
  host.processes.at(7).name = "y";
  sample();
  EXPECT_THAT(group("processes", "y"), Optional(1));
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

TEST_F(process_watch_test, short_lived_children_fold_like_others) {
  host.run(R"(
[[group]]
name = "build"
process = ["make"]
include_children = true
)");
  add(7, "make");
  sample();
  host.processes.short_lived = {fake_process(900, 9000, "cc", 7), fake_process(901, 9001, "cc", 1)};
  sample();
  EXPECT_THAT(group("starts_total", "build"), Optional(1));
  EXPECT_THAT(groups().size(), 1u);
}

TEST_F(process_watch_test, children_fold_unless_an_earlier_rule_takes_them) {
  host.run(R"(
unmatched = "group_by_name"
[[group]]
name = "db"
process = ["postgres"]
[[group]]
name = "app"
process = ["app"]
include_children = true
[[group]]
name = "shells"
process = ["sh"]
)");
  add(40, "grandchild", 30); // before its parents: the order of rows says nothing
  add(30, "sh", 20);         // a later rule would take it
  add(20, "app");
  add(21, "postgres", 20); // an earlier rule takes it
  add(25, "worker", 21);   // and its children are still the app's descendants
  add(22, "sh");
  add(15, "elder", 20); // older than its "parent": the pid was reused
  sample();
  EXPECT_THAT(group("processes", "app"), Optional(4)); // 20, 30, 40, 25
  EXPECT_THAT(group("processes", "db"), Optional(1));
  EXPECT_THAT(group("processes", "shells"), Optional(1));
  EXPECT_THAT(group("processes", "elder"), Optional(1));
  // An orphan stays where it came from, also through exec.
  host.processes.remove(30);
  host.processes.at(40).row.ppid = 1;
  sample();
  EXPECT_THAT(group("processes", "app"), Optional(3));
  host.processes.at(40).name = "renamed";
  sample();
  EXPECT_THAT(group("processes", "app"), Optional(3));
}

TEST_F(process_watch_test, rings_of_parents_and_absent_parents_end) {
  host.run(R"(
[[group]]
name = "app"
process = ["app"]
include_children = true
)");
  host.processes.add(2, 5, "x", 3);
  host.processes.add(3, 5, "y", 4);
  host.processes.add(4, 5, "z", 2);
  host.processes.add(5, 5, "self", 5);
  host.processes.add(6, 5, "nobody", 12345);
  host.processes.add(7, 5, "app", 0);
  host.processes.add(8, 5, "hidden", 7).row.present &= ~std::uint32_t{REEVE_PROCESS_PARENT};
  host.processes.add(9, 5, "child", 7);
  sample();
  EXPECT_THAT(group("processes", "app"), Optional(2));
  EXPECT_THAT(groups().size(), 1u);
}

TEST_F(process_watch_test, groups_age_out) {
  host.run("group_ttl = \"1m\"");
  host.interval_ns = 30 * second;
  add(7, "gone").row.cpu_user_ns = second;
  add(8, "stays");
  sample();
  const std::size_t series = host.live_series();
  host.processes.remove(7);
  sample();
  EXPECT_THAT(group("processes", "gone"), Optional(0));
  EXPECT_THAT(group("cpu_seconds_total", "gone", ",mode=\"user\""), Optional(1));
  EXPECT_THAT(group("resident_memory_bytes", "gone"), Eq(std::nullopt));
  EXPECT_THAT(group("exits_total", "gone"), Optional(1));
  sample();
  sample();
  EXPECT_THAT(group("processes", "gone"), Optional(0)); // one minute, not more
  sample();
  EXPECT_THAT(group("processes", "gone"), Eq(std::nullopt));
  EXPECT_LT(host.live_series(), series); // and its series were dropped
  add(9, "gone");
  sample();
  EXPECT_THAT(group("cpu_seconds_total", "gone", ",mode=\"user\""), Optional(0)); // it is a new one
  EXPECT_THAT(group("starts_total", "gone"), Optional(1));
}

TEST_F(process_watch_test, a_group_that_ages_out_is_forgotten_as_a_place_of_descent) {
  host.run(R"(
unmatched = "group_by_name"
group_ttl = "1s"
[[group]]
name = "own"
process = ["own"]
[[group]]
name = "app"
process = ["app"]
include_children = true
)");
  add(7, "app");
  add(8, "own", 7);
  sample();
  host.processes.remove(7);
  sample();
  sample();
  EXPECT_THAT(groups(), ElementsAre("reeve_process_group_processes{group=\"own\"}"));
  host.processes.at(8).name = "else";
  add(9, "child", 8);
  sample();
  EXPECT_THAT(group("processes", "else"), Optional(1));
  EXPECT_THAT(group("processes", "child"), Optional(1));
}

TEST_F(process_watch_test, more_groups_than_allowed_are_summed_up_in_other) {
  host.run("max_groups = 2");
  for (std::uint32_t pid = 10; pid < 15; ++pid)
    add(pid, std::string("p").append(std::to_string(pid))).row.threads = 1;
  sample();
  EXPECT_THAT(groups(), ElementsAre("reeve_process_group_processes{group=\"other\"}",
                                    "reeve_process_group_processes{group=\"p10\"}",
                                    "reeve_process_group_processes{group=\"p11\"}"));
  EXPECT_THAT(group("threads", "other"), Optional(3));
  EXPECT_THAT(host.value("reeve_process_watch_limited_processes{limit=\"max_groups\"}"), Optional(3));
  sample();
  EXPECT_EQ(host.logs().size(), 1u); // told once
  EXPECT_THAT(host.logs()[0], testing::HasSubstr("max_groups = 2"));
}

TEST_F(process_watch_test, processes_of_their_own_series_show_every_value) {
  host.run("per_process = true");
  fake_process& p = add(7, "web", 3);
  p.executable = "/usr/bin/web";
  p.user = "www";
  p.row.start_unix_ns = 1714552200 * static_cast<std::int64_t>(second);
  p.row.open_handles = 1;
  p.row.open_handles_limit = 4;
  p.row.state = REEVE_STATE_RUNNING;
  sample();
  const std::string who = "{pid=\"7\",name=\"web\"";
  EXPECT_THAT(
      host.value("reeve_process_info" + who +
                 ",ppid=\"3\",user=\"www\",exe=\"/usr/bin/web\",start_time=\"2024-05-01T08:30:00Z\"}"),
      Optional(1));
  EXPECT_THAT(host.value("reeve_process_start_time_seconds" + who + "}"), Optional(1714552200));
  EXPECT_THAT(host.value("reeve_process_open_handles_limit_ratio" + who + "}"), Optional(0.25));
  EXPECT_THAT(host.with_prefix("reeve_process_state"),
              ElementsAre("reeve_process_state" + who + ",state=\"running\"}"));
  EXPECT_EQ(host.published().size(), 25u + 2u + 15u + 2u);
  const std::size_t live = host.live_series();
  host.processes.at(7).row.state = REEVE_STATE_SLEEPING;
  host.processes.at(7).row.ppid = 1;
  sample();
  EXPECT_THAT(host.with_prefix("reeve_process_state"),
              ElementsAre("reeve_process_state" + who + ",state=\"sleeping\"}"));
  EXPECT_THAT(host.with_prefix("reeve_process_info"), ElementsAre(testing::HasSubstr("ppid=\"1\"")));
  EXPECT_EQ(host.live_series(), live); // the old ones were dropped
  host.processes.remove(7);
  sample();
  EXPECT_THAT(host.with_prefix("reeve_process_cpu"), IsEmpty());
  EXPECT_EQ(host.live_series(), live - 17);
}

TEST_F(process_watch_test, the_info_series_can_be_left_out) {
  host.run("per_process = true\nprocess_info = false");
  add(7, "a");
  sample();
  EXPECT_THAT(host.with_prefix("reeve_process_info"), IsEmpty());
  EXPECT_FALSE(host.families().contains("reeve_process_info"));
  EXPECT_FALSE(host.processes.wanted() & (REEVE_PROCESS_EXECUTABLE | REEVE_PROCESS_USER));
}

TEST_F(process_watch_test, per_process_series_are_limited_and_free_places_are_taken) {
  host.run(R"(
max_per_process = 3
[[group]]
name = "a"
process = ["a"]
per_process = true
max_processes = 2
[[group]]
name = "b"
process = ["b"]
per_process = true
[[group]]
name = "c"
process = ["c"]
)");
  for (const std::uint32_t pid : {10u, 11u, 12u})
    add(pid, "a");
  for (const std::uint32_t pid : {20u, 21u})
    add(pid, "b");
  add(30, "c");
  sample();
  const auto shown = [&] { return host.with_prefix("reeve_process_threads"); };
  EXPECT_THAT(shown(), ElementsAre("reeve_process_threads{pid=\"10\",name=\"a\"}",
                                   "reeve_process_threads{pid=\"11\",name=\"a\"}",
                                   "reeve_process_threads{pid=\"20\",name=\"b\"}"));
  EXPECT_THAT(host.value("reeve_process_watch_limited_processes{limit=\"max_per_process\"}"), Optional(2));
  host.processes.remove(10);
  sample();
  EXPECT_THAT(shown(), ElementsAre("reeve_process_threads{pid=\"11\",name=\"a\"}",
                                   "reeve_process_threads{pid=\"12\",name=\"a\"}",
                                   "reeve_process_threads{pid=\"20\",name=\"b\"}"));
  EXPECT_EQ(host.logs().size(), 1u);
}

TEST_F(process_watch_test, kernel_threads_are_left_out_unless_asked_for) {
  for (const bool asked : {false, true}) {
    fake_plugin_host one;
    one.run(asked ? "kernel_threads = true" : "");
    one.processes.add(2, 1, "kthreadd", 0).row.flags = REEVE_PROCESS_KERNEL_THREAD;
    one.processes.short_lived.emplace_back(3, 2, "kworker", 2).row.flags = REEVE_PROCESS_KERNEL_THREAD;
    ASSERT_EQ(one.sample(), REEVE_OK);
    EXPECT_EQ(one.with_prefix("reeve_process_group_processes").size(), asked ? 2u : 0u);
    EXPECT_THAT(one.violations(), IsEmpty());
  }
}

TEST_F(process_watch_test, names_with_odd_bytes_become_valid_labels_and_one_group) {
  host.run("per_process = true");
  add(7, "a\xFF\xFE\"\\\n) (b");
  add(8, "a\xFD\xFE\"\\\n) (b"); // looks alike once it is a label
  add(9, "\xE2\x82");            // a cut character
  add(10, std::string(400, 'x'));
  add(11, std::string(255, 'y') + "\xC3\xA4"); // the limit is inside a character
  add(12, "");
  add(13, std::string("nul\0", 4) + "byte");
  sample();
  EXPECT_THAT(host.value("reeve_process_group_processes{group=\"a\xEF\xBF\xBD\xEF\xBF\xBD\\\"\\\\\\n) (b\"}"),
              Optional(2));
  EXPECT_THAT(group("processes", "\xEF\xBF\xBD"), Optional(1));
  EXPECT_THAT(group("processes", std::string(256, 'x')), Optional(1));
  EXPECT_THAT(group("processes", std::string(255, 'y')), Optional(1));
  EXPECT_THAT(group("processes", "unknown"), Optional(1));
  EXPECT_EQ(groups().size(), 6u);
}

TEST_F(process_watch_test, namedprocess_names_are_those_of_process_exporter) {
  host.run("compat = [\"namedprocess\"]");
  EXPECT_TRUE(host.processes.wanted() & REEVE_PROCESS_SWAP_MEMORY);
  reeve_process_row& r = add(7, "a").row;
  r.open_handles_limit = 10;
  r.swap_bytes = 99;
  r.state = REEVE_STATE_STOPPED;
  add(8, "a").row.state = REEVE_STATE_IDLE;
  add(9, "a").row.state = REEVE_STATE_WAITING;
  sample();
  const std::string g = "{groupname=\"a\"";
  EXPECT_THAT(host.with_prefix("namedprocess_namegroup_"),
              testing::UnorderedElementsAre(
                  "namedprocess_namegroup_num_procs" + g + "}",
                  "namedprocess_namegroup_cpu_seconds_total" + g + ",mode=\"user\"}",
                  "namedprocess_namegroup_cpu_seconds_total" + g + ",mode=\"system\"}",
                  "namedprocess_namegroup_read_bytes_total" + g + "}",
                  "namedprocess_namegroup_write_bytes_total" + g + "}",
                  "namedprocess_namegroup_major_page_faults_total" + g + "}",
                  "namedprocess_namegroup_minor_page_faults_total" + g + "}",
                  "namedprocess_namegroup_context_switches_total" + g + ",ctxswitchtype=\"voluntary\"}",
                  "namedprocess_namegroup_context_switches_total" + g + ",ctxswitchtype=\"nonvoluntary\"}",
                  "namedprocess_namegroup_memory_bytes" + g + ",memtype=\"resident\"}",
                  "namedprocess_namegroup_memory_bytes" + g + ",memtype=\"virtual\"}",
                  "namedprocess_namegroup_memory_bytes" + g + ",memtype=\"swapped\"}",
                  "namedprocess_namegroup_open_filedesc" + g + "}",
                  "namedprocess_namegroup_worst_fd_ratio" + g + "}",
                  "namedprocess_namegroup_oldest_start_time_seconds" + g + "}",
                  "namedprocess_namegroup_num_threads" + g + "}",
                  "namedprocess_namegroup_states" + g + ",state=\"Running\"}",
                  "namedprocess_namegroup_states" + g + ",state=\"Sleeping\"}",
                  "namedprocess_namegroup_states" + g + ",state=\"Waiting\"}",
                  "namedprocess_namegroup_states" + g + ",state=\"Zombie\"}",
                  "namedprocess_namegroup_states" + g + ",state=\"Other\"}"));
  EXPECT_THAT(host.value("namedprocess_namegroup_states" + g + ",state=\"Other\"}"), Optional(2));
  EXPECT_THAT(host.value("namedprocess_namegroup_memory_bytes" + g + ",memtype=\"swapped\"}"), Optional(99));
}

TEST_F(process_watch_test, windows_names_are_those_of_windows_exporter) {
  host.run("compat = [\"windows\"]\nper_process = true\nprocess_info = false");
  fake_process& p = add(7, "Notepad.EXE", 3);
  p.user = "DOM\\me";
  p.row.minor_faults = 5;
  p.row.major_faults = 2;
  p.row.cpu_system_ns = 3 * second;
  sample();
  const std::string who = "{process=\"Notepad\",process_id=\"7\"";
  EXPECT_THAT(
      host.with_prefix("windows_process_"),
      testing::UnorderedElementsAre(
          "windows_process_cpu_time_total" + who + ",mode=\"privileged\"}",
          "windows_process_cpu_time_total" + who + ",mode=\"user\"}", "windows_process_handles" + who + "}",
          "windows_process_info" + who +
              ",creating_process_id=\"3\",process_group_id=\"0\",owner=\"DOM\\\\me\"}",
          "windows_process_io_bytes_total" + who + ",mode=\"read\"}",
          "windows_process_io_bytes_total" + who + ",mode=\"write\"}",
          "windows_process_page_faults_total" + who + "}", "windows_process_private_bytes" + who + "}",
          "windows_process_start_time" + who + "}", "windows_process_threads" + who + "}",
          "windows_process_virtual_bytes" + who + "}", "windows_process_working_set_bytes" + who + "}"));
  EXPECT_THAT(host.value("windows_process_page_faults_total" + who + "}"), Optional(7));
  EXPECT_THAT(host.value("windows_process_cpu_time_total" + who + ",mode=\"privileged\"}"), Optional(3));
}

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
