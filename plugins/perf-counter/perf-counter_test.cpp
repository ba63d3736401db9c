// SPDX-License-Identifier: Apache-2.0
#include "series_book.hpp"

#include "tests/support/fake_plugin_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace {

using reeve::perf_counter::counter_value;
using reeve::testing::fake_plugin_host;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class perf_counters : public testing::Test {
 protected:
  perf_counters() {
    host.counters.measures = {
        {"cpu_seconds", "Time.", "seconds", REEVE_COUNTER, "cpu", "mode"},
        {"memory_free_bytes", "Free.", "bytes", REEVE_GAUGE, "", ""},
        {"disk_reads", "Reads.", "", REEVE_COUNTER, "device", ""},
        {"file_value", "A number in a file.", "", REEVE_GAUGE, "instance", ""},
    };
  }
  ~perf_counters() override { EXPECT_THAT(host.violations(), IsEmpty()); }

  void disk(const std::string& device, double reads, std::uint64_t identity = 0) {
    host.counters.set({"disk", "disk_reads", reads, device, "", identity});
  }
  void remove(const std::string& device) {
    std::erase_if(host.counters.rows, [&](const auto& row) { return row.first == device; });
  }
  // A reading and what it shows of the disks.
  std::vector<std::string> disks() {
    EXPECT_EQ(host.sample(), REEVE_OK) << host.last_error();
    std::vector<std::string> out;
    for (const std::string& s : host.with_prefix("reeve_perf_disk")) {
      std::ostringstream line;
      line << s.substr(s.find('"') + 1, s.rfind('"') - s.find('"') - 1) << " " << *host.value(s);
      out.push_back(line.str());
    }
    return out;
  }

  fake_plugin_host host;
};

TEST_F(perf_counters, are_shown_by_their_names_units_and_labels) {
  host.run("");
  host.counters.rows = {{"cpu", "cpu_seconds", 1.5, "0", "user"},
                        {"memory", "memory_free_bytes", 4096},
                        {"disk", "disk_reads", 7, "sda"},
                        {"another plugin's", "disk_reads", 8, "sdb"}};
  EXPECT_THAT(disks(), ElementsAre("sda 7"));
  EXPECT_EQ(host.value("reeve_perf_cpu_seconds_total{cpu=\"0\",mode=\"user\"}"), 1.5);
  EXPECT_EQ(host.value("reeve_perf_memory_free_bytes"), 4096);
  EXPECT_EQ(host.value("reeve_perf_available{counter=\"cpu\"}"), 1);
}

TEST_F(perf_counters, instances_come_and_go_with_their_series) {
  host.run("");
  disk("sda", 1);
  disk("sdb", 2);
  disks();
  const std::size_t before = host.live_series();
  remove("sda");
  disk("sdc", 3);
  EXPECT_THAT(disks(), ElementsAre("sdb 2", "sdc 3"));
  EXPECT_EQ(host.live_series(), before);
  remove("sdb");
  remove("sdc");
  EXPECT_THAT(disks(), IsEmpty());
  EXPECT_EQ(host.live_series(), before - 2);
  disk("sda", 5);
  EXPECT_THAT(disks(), ElementsAre("sda 5"));
}

TEST_F(perf_counters, the_order_of_the_rows_does_not_matter) {
  host.run("");
  disk("sda", 1);
  disk("sdb", 2);
  disks();
  std::swap(host.counters.rows[0], host.counters.rows[1]);
  EXPECT_THAT(disks(), ElementsAre("sda 1", "sdb 2"));
}

TEST_F(perf_counters, a_counter_that_goes_back_a_little_waits) { // as /proc/stat's idle and iowait do
  host.run("");
  disk("sda", 100);
  EXPECT_THAT(disks(), ElementsAre("sda 100"));
  disk("sda", 99);
  EXPECT_THAT(disks(), ElementsAre("sda 100"));
  disk("sda", 99.5);
  EXPECT_THAT(disks(), ElementsAre("sda 100"));
  disk("sda", 101);
  EXPECT_THAT(disks(), ElementsAre("sda 101"));
}

TEST_F(perf_counters, a_wrap_or_a_new_beginning_is_shown_as_it_is) {
  host.run("");
  disk("sda", 4294967290);
  disks();
  disk("sda", 4);
  EXPECT_THAT(disks(), ElementsAre("sda 4"));
}

TEST_F(perf_counters, another_device_of_the_same_name_begins_at_nothing) {
  host.run("");
  disk("sda", 100, 1);
  EXPECT_THAT(disks(), ElementsAre("sda 100"));
  disk("sda", 5000, 2);
  EXPECT_THAT(disks(), ElementsAre("sda 0")) << "a rate must not see 4900 reads";
  disk("sda", 5010, 2);
  EXPECT_THAT(disks(), ElementsAre("sda 10"));
  disk("sda", 3, 2);
  EXPECT_THAT(disks(), ElementsAre("sda 3"));
}

TEST_F(perf_counters, instances_that_look_alike_are_added_up) {
  host.run("");
  host.counters.rows = {{"disk", "disk_reads", 1, "a\xff"}, {"disk", "disk_reads", 2, "a\xfe"}};
  EXPECT_THAT(disks(), ElementsAre("a\xEF\xBF\xBD 3"));
  EXPECT_THAT(disks(), ElementsAre("a\xEF\xBF\xBD 3"));
}

TEST_F(perf_counters, further_instances_are_left_out_and_counted) {
  host.run("max_instances = 2\n");
  for (const char* name : {"a", "b", "c", "d"})
    disk(name, 1);
  EXPECT_THAT(disks(), ElementsAre("a 1", "b 1"));
  EXPECT_EQ(host.value("reeve_perf_left_out_series{counter=\"disk\"}"), 2);
  EXPECT_EQ(host.value("reeve_perf_left_out_series{counter=\"cpu\"}"), 0);
  EXPECT_THAT(host.logs(), ElementsAre(HasSubstr("disk has more instances than max_instances = 2")));
  remove("a");
  remove("b");
  disks();
  EXPECT_THAT(disks(), ElementsAre("c 1", "d 1")) << "there is room again";
  EXPECT_EQ(host.value("reeve_perf_left_out_series{counter=\"disk\"}"), 0);
  EXPECT_EQ(host.logs().size(), 1u);
}

TEST_F(perf_counters, the_hosts_own_limit_is_no_failure) {
  host.run("sets = [\"disk\"]\n");
  host.max_series = 3; // two are the plugin's own
  disk("a", 1);
  disk("b", 1);
  EXPECT_EQ(host.sample(), REEVE_PARTIAL);
  EXPECT_EQ(host.dropped_points(), 1u);
}

TEST_F(perf_counters, what_the_system_lacks_is_told_once_and_shown) {
  host.counters.states["pressure"] = {REEVE_COUNTER_MISSING, "cannot read /proc/pressure/cpu"};
  host.counters.states["files"] = {REEVE_COUNTER_DENIED, "not allowed"};
  host.run("");
  for (int i = 0; i < 3; ++i)
    host.sample();
  EXPECT_THAT(host.logs(), ElementsAre("pressure is not shown: cannot read /proc/pressure/cpu",
                                       "files is not shown: not allowed"));
  EXPECT_EQ(host.value("reeve_perf_available{counter=\"pressure\"}"), 0);
  EXPECT_EQ(host.value("reeve_perf_available{counter=\"files\"}"), 0);
  host.counters.states.erase("pressure");
  host.sample();
  EXPECT_EQ(host.value("reeve_perf_available{counter=\"pressure\"}"), 1);
  EXPECT_THAT(host.logs().back(), HasSubstr("pressure can be read now"));
}

TEST_F(perf_counters, a_number_in_a_file_is_shown_as_the_user_says) {
  host.run("sets = []\n[[counter]]\nfile = \"/sys/class/thermal/thermal_zone*/temp\"\n"
           "name = \"temperature_celsius\"\nlabel = \"zone\"\nscale = 0.001\nhelp = \"Of a zone.\"\n");
  host.counters.rows = {{"/sys/class/thermal/thermal_zone*/temp", "file_value", 45500, "thermal_zone0"}};
  host.sample();
  EXPECT_EQ(host.value("reeve_perf_temperature_celsius{zone=\"thermal_zone0\"}"), 45.5);
  EXPECT_EQ(host.value("reeve_perf_available{counter=\"temperature_celsius\"}"), 1);
}

TEST_F(perf_counters, a_file_may_count) {
  host.run("sets = []\n[[counter]]\nfile = \"/x\"\nname = \"retries_total\"\ntype = \"counter\"\n");
  host.counters.rows = {{"/x", "file_value", 8, ""}};
  host.sample();
  EXPECT_EQ(host.value("reeve_perf_retries_total"), 8);
  host.counters.rows[0].value = 7;
  host.sample();
  EXPECT_EQ(host.value("reeve_perf_retries_total"), 8);
}

TEST_F(perf_counters, two_files_may_share_a_name) {
  host.counters.measures.push_back({"file_value_2", "A number in a file.", "", REEVE_GAUGE, "instance", ""});
  host.run("sets = []\n[[counter]]\nfile = \"/a\"\nname = \"x\"\n[[counter]]\nfile = \"/b\"\nname = \"x\"\n");
  host.counters.rows = {{"/a", "file_value", 1, "one"}, {"/b", "file_value_2", 2, "two"}};
  host.sample();
  EXPECT_EQ(host.value("reeve_perf_x{instance=\"one\"}"), 1);
  EXPECT_EQ(host.value("reeve_perf_x{instance=\"two\"}"), 2);
  EXPECT_EQ(host.value("reeve_perf_available{counter=\"x\"}"), 1);
}

TEST_F(perf_counters, rows_of_a_newer_host_are_longer) {
  host.run("");
  host.counters.extra_row_bytes = 16;
  disk("sda", 1);
  disk("sdb", 2);
  EXPECT_THAT(disks(), ElementsAre("sda 1", "sdb 2"));
}

TEST_F(perf_counters, a_failed_reading_fails_the_sample) {
  host.run("");
  host.counters.read_status = REEVE_E_AGAIN;
  EXPECT_EQ(host.sample(), REEVE_E_AGAIN);
  EXPECT_THAT(host.last_error(), HasSubstr("could not be read"));
}

TEST(perf_counter_names, one_that_the_catalogue_has_in_another_shape_costs_only_itself) {
  fake_plugin_host host;
  host.counters.measures = {{"memory_free_bytes", "Free.", "bytes", REEVE_GAUGE, "", ""},
                            {"file_value", "A number in a file.", "", REEVE_GAUGE, "instance", ""}};
  host.run("sets = [\"memory\"]\n[[counter]]\nfile = \"/a\"\nname = \"memory_free_bytes\"\n");
  host.counters.rows = {{"memory", "memory_free_bytes", 1}, {"/a", "file_value", 2, "one"}};
  host.sample();
  EXPECT_EQ(host.value("reeve_perf_memory_free_bytes"), 1);
  EXPECT_THAT(host.logs(), ElementsAre(HasSubstr("memory_free_bytes is left out")));
  EXPECT_EQ(host.violations().size(), 1u) << "the host refuses the second family";
}

TEST(counter_value_test, never_falls_below_nothing) {
  counter_value v;
  EXPECT_EQ(v.next(100, 1), 100);
  EXPECT_EQ(v.next(50, 2), 0); // another one
  EXPECT_EQ(v.next(40, 2), 0); // a little back
  EXPECT_EQ(v.next(60, 2), 10);
  EXPECT_EQ(v.next(20, 2), 20); // a new beginning
  EXPECT_EQ(v.next(0, 2), 0);
}

} // namespace
