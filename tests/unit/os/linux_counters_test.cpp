// SPDX-License-Identifier: Apache-2.0
#include "parse/linux_counters.hpp"

#include "counter_rows_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace reeve::os;
using reeve::os::test::each_truncation;
using testing::ElementsAre;
using testing::IsEmpty;
using lines = std::vector<std::string>;

// What `parse` makes of a text; empty, too, when it says that nothing was there.
template <class Parse>
lines parsed(Parse&& parse) {
  counter_rows rows;
  counter_sink sink(rows, 7);
  const bool found = parse(sink);
  for (const counter_row& r : rows.rows)
    EXPECT_EQ(r.request, 7u);
  EXPECT_TRUE(found || rows.rows.empty());
  return test::lines_of(rows, catalogue());
}

// Recorded from Linux 6.1, with the interrupts cut.
const std::string stat = "cpu  90 4 30 300 8 0 2 1 0 0\n"
                         "cpu0 40 4 10 100 5 0 2 1 3 2\n"
                         "cpu1 50 0 20 200 3 0 0 0 0 0\n"
                         "intr 12345 0 9 0 0 0\n"
                         "ctxt 67890\n"
                         "btime 1700000000\n"
                         "processes 4321\n"
                         "procs_running 2\n"
                         "procs_blocked 1\n"
                         "softirq 999 1 2 3\n";

lines cpus(std::string_view text) {
  return parsed([&](counter_sink& s) { return parse::parse_proc_stat_cpu(text, 100, s); });
}
lines system_of(std::string_view text) {
  return parsed([&](counter_sink& s) { return parse::parse_proc_stat_system(text, s); });
}

TEST(parse_proc_stat, gives_each_processor_its_modes_in_seconds) {
  EXPECT_THAT(cpus("cpu  1 2 3 4\ncpu12 150 4 10 100 5 0 2 1 3 2\nintr 1\n"),
              ElementsAre("cpu_seconds{cpu=12,mode=user} 1.5", "cpu_seconds{cpu=12,mode=nice} 0.04",
                          "cpu_seconds{cpu=12,mode=system} 0.1", "cpu_seconds{cpu=12,mode=idle} 1",
                          "cpu_seconds{cpu=12,mode=iowait} 0.05", "cpu_seconds{cpu=12,mode=irq} 0",
                          "cpu_seconds{cpu=12,mode=softirq} 0.02", "cpu_seconds{cpu=12,mode=steal} 0.01",
                          "cpu_guest_seconds{cpu=12,mode=user} 0.03",
                          "cpu_guest_seconds{cpu=12,mode=nice} 0.02"));
  EXPECT_EQ(cpus(stat).size(), 20u);
}

TEST(parse_proc_stat, an_old_kernel_has_fewer_modes) {
  EXPECT_THAT(cpus("cpu0 100 0 0 200\n"),
              ElementsAre("cpu_seconds{cpu=0,mode=user} 1", "cpu_seconds{cpu=0,mode=nice} 0",
                          "cpu_seconds{cpu=0,mode=system} 0", "cpu_seconds{cpu=0,mode=idle} 2"));
}

TEST(parse_proc_stat, leaves_out_what_is_broken) {
  for (const std::string text :
       {"", "\n", "cpu0\n", "cpu0 1 2 3\n", "cpu0 1 2 3 4", "cpux 1 2 3 4\n", "cpu0 1 -2 3 4\n",
        "cpu0 99999999999999999999 2 3 4\n", "cpu  1 2 3 4\n", "garbage"})
    EXPECT_THAT(cpus(text), IsEmpty()) << text;
  // A wrapped or broken line costs itself only.
  EXPECT_EQ(cpus("cpu0 1 x 3 4\ncpu1 1 2 3 4\n").size(), 4u);
}

TEST(parse_proc_stat, reads_the_system_as_a_whole) {
  EXPECT_THAT(system_of(stat),
              ElementsAre("interrupts 12345", "context_switches 67890", "boot_time_seconds 1700000000",
                          "processes_started 4321", "processes_running 2", "processes_blocked 1"));
  EXPECT_THAT(system_of("ctxt\nctxt x\nintr 18446744073709551616\n"), IsEmpty());
}

TEST(parse_proc_stat, survives_every_truncation) {
  const std::size_t all = cpus(stat).size();
  each_truncation(stat, [&](std::string_view text) {
    EXPECT_LE(cpus(text).size(), all);
    EXPECT_LE(system_of(text).size(), 6u);
  });
}

const std::string meminfo =
    "MemTotal:       16303428 kB\nMemFree:         1234 kB\nMemAvailable:    9000000 kB\n"
    "Buffers:           10 kB\nCached:          20 kB\nSwapCached:            0 kB\n"
    "SwapTotal:       2 kB\nSwapFree:        1 kB\nDirty:              3 kB\n"
    "CommitLimit:    40 kB\nCommitted_AS:    50 kB\nHugePages_Total:       0\n";

TEST(parse_meminfo, takes_what_has_a_name_in_the_catalogue) {
  const auto parse = [](std::string_view t) {
    return parsed([&](counter_sink& s) { return parse::parse_meminfo(t, s); });
  };
  EXPECT_THAT(parse(meminfo), ElementsAre("memory_total_bytes 16694710272", "memory_free_bytes 1263616",
                                          "memory_available_bytes 9216000000", "memory_buffers_bytes 10240",
                                          "memory_cached_bytes 20480", "swap_total_bytes 2048",
                                          "swap_free_bytes 1024", "memory_dirty_bytes 3072",
                                          "memory_commit_limit_bytes 40960", "memory_committed_bytes 51200"));
  EXPECT_THAT(parse("MemTotal: 5 MB\nMemFree: kB\nMemFree:\n"), IsEmpty()) << "another unit is not guessed";
  each_truncation(meminfo, [&](std::string_view t) { EXPECT_LE(parse(t).size(), 10u); });
}

lines disks(std::string_view text) {
  return parsed([&](counter_sink& s) { return parse::parse_diskstats(text, s); });
}

TEST(parse_diskstats, reads_a_whole_disk) {
  const std::string text = " 259       0 nvme0n1 47114 4 4643973 21650 1078320 43950 39451633 1011053 0 "
                           "222766 1032546 0 0 0 0 0 0\n";
  EXPECT_THAT(disks(text),
              ElementsAre("disk_reads{device=nvme0n1} 47114", "disk_read_bytes{device=nvme0n1} 2377714176",
                          "disk_read_seconds{device=nvme0n1} 21.65", "disk_writes{device=nvme0n1} 1078320",
                          "disk_written_bytes{device=nvme0n1} 20199236096",
                          "disk_write_seconds{device=nvme0n1} 1011.053",
                          "disk_busy_seconds{device=nvme0n1} 222.766",
                          "disk_queue_seconds{device=nvme0n1} 1032.546"));
  counter_rows rows;
  counter_sink sink(rows, 0);
  parse::parse_diskstats(text, sink);
  EXPECT_EQ(rows.rows[0].identity, std::uint64_t{259} << 32);
  each_truncation(text, [](std::string_view t) { EXPECT_LE(disks(t).size(), 8u); });
}

TEST(parse_diskstats, leaves_out_partitions_and_memory) {
  const auto shown = [](const std::string& name) {
    return !disks("   8       1 " + name + " 1 2 3 4 5 6 7 8 9 10 11\n").empty();
  };
  for (const std::string name : {"sda1", "sdaa12", "vda1", "xvda1", "hdb2", "nvme0n1p3", "mmcblk0p1", "loop0",
                                 "ram15", "zram0", "fd0"})
    EXPECT_FALSE(shown(name)) << name;
  for (const std::string name :
       {"sda", "sdaa", "vda", "nvme10n1", "mmcblk0", "dm-0", "md127", "sr0", "nbd0", "rbd1", "xvda", "p1"})
    EXPECT_TRUE(shown(name)) << name;
}

TEST(parse_diskstats, leaves_out_what_is_broken) {
  EXPECT_THAT(disks("8 0 sda 1 2 3 4\n"), IsEmpty());
  EXPECT_THAT(disks("8 x sda 1 2 3 4 5 6 7 8 9 10 11\n"), IsEmpty());
  EXPECT_THAT(disks("8 0 sda 1 2 3 4 5 6 7 8 9 10 11"), IsEmpty());
}

TEST(parse_diskstats,
     a_number_at_its_limit_is_read_as_it_is) { // the kernel wraps these; whoever shows them sees it
  EXPECT_THAT(disks("8 0 sda 18446744073709551615 0 0 4294967295 0 0 0 0 0 0 0\n"),
              testing::Contains("disk_read_seconds{device=sda} 4294967.295"));
}

const std::string net_dev =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls "
    "carrier compressed\n"
    "    lo:     100       2    0    0    0     0          0         0      100       2    0    0    0     0 "
    "  "
    "    0          0\n"
    "eth0.5:18446744073709551615 7 1 2 0 0 0 0 300 4 5 6 0 0 0 0\n";

lines interfaces(std::string_view text) {
  return parsed([&](counter_sink& s) { return parse::parse_net_dev(text, s); });
}

TEST(parse_net_dev, reads_each_interface) {
  EXPECT_EQ(interfaces(net_dev).size(), 16u);
  EXPECT_THAT(
      interfaces("eth0:1: 10 2 3 4 5 6 7 8 90 10 11 12 13 14 15 16\n"),
      ElementsAre(
          "network_receive_bytes{interface=eth0:1} 10", "network_receive_packets{interface=eth0:1} 2",
          "network_receive_errors{interface=eth0:1} 3", "network_receive_drops{interface=eth0:1} 4",
          "network_transmit_bytes{interface=eth0:1} 90", "network_transmit_packets{interface=eth0:1} 10",
          "network_transmit_errors{interface=eth0:1} 11", "network_transmit_drops{interface=eth0:1} 12"));
  for (const std::string text : {"", ":\n", ": 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n", "eth0: 1 2 3\n",
                                 "eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 x\n"})
    EXPECT_THAT(interfaces(text), IsEmpty()) << text;
  each_truncation(net_dev, [](std::string_view t) { EXPECT_LE(interfaces(t).size(), 16u); });
}

TEST(parse_pressure, gives_seconds_of_waiting_and_of_standing_still) {
  const auto parse = [](std::string_view t) {
    return parsed([&](counter_sink& s) { return parse::parse_pressure(t, "io", s); });
  };
  const std::string text = "some avg10=0.12 avg60=0.05 avg300=0.01 total=2500000\n"
                           "full avg10=0.00 avg60=0.00 avg300=0.00 total=1500000\n";
  EXPECT_THAT(parse(text), ElementsAre("pressure_waiting_seconds{resource=io} 2.5",
                                       "pressure_stalled_seconds{resource=io} 1.5"));
  EXPECT_THAT(parse("some avg10=0.12 total=\nfull total=x\nother total=3\n"), IsEmpty());
  EXPECT_EQ(parse("full avg10=0.00 total=3\n").size(), 1u) << "interrupts have this line only";
  each_truncation(text, [&](std::string_view t) { EXPECT_LE(parse(t).size(), 2u); });
}

TEST(parse_vmstat, splits_page_faults_and_counts_bytes) {
  const auto parse = [](std::string_view t) {
    return parsed([&](counter_sink& s) { return parse::parse_vmstat(t, 4096, s); });
  };
  const std::string text =
      "nr_free_pages 5\npgpgin 2\npgpgout 3\npswpin 1\npswpout 2\npgfault 100\npgmajfault 30\n"
      "oom_kill 4\n";
  EXPECT_THAT(parse(text), ElementsAre("paged_in_bytes 2048", "paged_out_bytes 3072", "swapped_in_bytes 4096",
                                       "swapped_out_bytes 8192", "oom_kills 4", "page_faults{type=minor} 70",
                                       "page_faults{type=major} 30"));
  EXPECT_THAT(parse("pgfault 5\n"), IsEmpty()) << "one without the other cannot be split";
  EXPECT_THAT(parse("pgfault 5\npgmajfault 6\n"), testing::Contains("page_faults{type=minor} 0"));
  each_truncation(text, [&](std::string_view t) { EXPECT_LE(parse(t).size(), 7u); });
}

TEST(parse_file_nr, no_limit_is_no_row) {
  const auto parse = [](std::string_view t) {
    return parsed([&](counter_sink& s) { return parse::parse_file_nr(t, s); });
  };
  EXPECT_THAT(parse("1984\t0\t405358\n"), ElementsAre("open_files 1984", "open_files_limit 405358"));
  EXPECT_THAT(parse("1984\t0\t9223372036854775807\n"), ElementsAre("open_files 1984"));
  for (const std::string text : {"", "1984\n", "1984 0\n", "1984 0 4", "a b c\n"})
    EXPECT_THAT(parse(text), IsEmpty()) << text;
}

} // namespace
