// SPDX-License-Identifier: Apache-2.0
// The names and labels under which it is published: of single processes, of odd bytes, and of other exporters.
#include "process-watch_test_fixture.hpp"

namespace {

using reeve::process_watch::testing::process_watch_test;
using reeve::process_watch::testing::second;
using reeve::testing::fake_process;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

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

} // namespace
