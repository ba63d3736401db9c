// SPDX-License-Identifier: Apache-2.0
// Which group a process belongs to, by rule, exec and descent; which groups there are, and for how long.
#include "process-watch_test_fixture.hpp"

namespace {

using reeve::process_watch::testing::process_watch_test;
using reeve::process_watch::testing::second;
using reeve::testing::fake_plugin_host;
using reeve::testing::fake_process;
using testing::ElementsAre;
using testing::Eq;
using testing::IsEmpty;
using testing::Optional;

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

} // namespace
