// SPDX-License-Identifier: Apache-2.0
#include "parse/pdh_meaning.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace reeve::os;
using namespace reeve::os::parse;
using reeve::cat;

pdh_path path(std::string_view text) {
  const auto out = parse_pdh_path(text);
  EXPECT_TRUE(out) << text;
  return *out;
}

// "counter NAME [LABEL]".
std::string meaning(std::string_view text, std::uint32_t type) {
  const auto m = pdh_measure(path(text), type);
  if (!m) return "none";
  EXPECT_TRUE(m->unit.empty() || m->name.ends_with("_" + m->unit)) << m->name;
  return cat(m->kind == counter_kind::counter ? "counter " : "gauge ", m->name,
             m->label_keys[0].empty() ? "" : " ", m->label_keys[0]);
}

TEST(pdh_meaning, names_are_prometheus_own) {
  struct one {
    const char* path;
    std::uint32_t type;
    const char* meaning;
  };
  for (const one& o : {
           one{"\\Processor(*)\\% Processor Time", perf_100nsec_timer_inv, "counter processor_seconds cpu"},
           one{"\\Processor(*)\\% User Time", perf_100nsec_timer, "counter processor_user_seconds cpu"},
           one{"\\Processor(_Total)\\Interrupts/sec", perf_counter_counter,
               "counter processor_interrupts cpu"},
           one{"\\System\\Context Switches/sec", perf_counter_counter, "counter system_context_switches"},
           one{"\\System\\System Up Time", perf_elapsed_time, "gauge system_up_seconds"},
           one{"\\System\\Processor Queue Length", perf_counter_rawcount,
               "gauge system_processor_queue_length"},
           one{"\\Memory\\Available MBytes", perf_counter_large_rawcount, "gauge memory_available_bytes"},
           one{"\\Memory\\Committed Bytes", perf_counter_large_rawcount, "gauge memory_committed_bytes"},
           one{"\\Memory\\Page Faults/sec", perf_counter_counter, "counter memory_page_faults"},
           one{"\\PhysicalDisk(*)\\Disk Read Bytes/sec", perf_counter_bulk_count,
               "counter physical_disk_disk_read_bytes device"},
           one{"\\PhysicalDisk(*)\\Avg. Disk sec/Read", perf_average_timer,
               "counter physical_disk_disk_read_seconds device"},
           one{"\\PhysicalDisk(*)\\Avg. Disk Bytes/Read", perf_average_bulk,
               "counter physical_disk_disk_read_bytes device"},
           one{"\\PhysicalDisk(*)\\Avg. Disk Queue Length", perf_counter_100ns_queuelen_type,
               "counter physical_disk_disk_queue_length_seconds device"},
           one{"\\PhysicalDisk(*)\\% Idle Time", perf_precision_100ns_timer,
               "counter physical_disk_idle_seconds device"},
           one{"\\LogicalDisk(*)\\% Free Space", perf_raw_fraction,
               "gauge logical_disk_free_space_ratio mountpoint"},
           one{"\\Network Interface(*)\\Bytes Total/sec", perf_counter_bulk_count,
               "counter network_interface_bytes interface"},
           one{"\\Process(*)\\Thread Count", perf_counter_rawcount, "gauge process_threads process"},
           one{"\\Process(*)\\Working Set", perf_counter_large_rawcount, "gauge process_working_set process"},
           one{"\\TCPv4\\Connections Established", perf_counter_rawcount,
               "gauge tcpv4_connections_established"},
           one{"\\.NET CLR Memory(*)\\# Bytes in all Heaps", perf_counter_large_rawcount,
               "gauge net_clr_memory_in_all_heaps_bytes instance"},
           one{"\\Processor Information(*)\\% Processor Performance", perf_counter_rawcount,
               "gauge processor_information_processor_performance_ratio cpu"},
           one{"\\Cache\\Copy Read Hits %", perf_sample_fraction, "counter cache_copy_read_hits"},
       })
    EXPECT_EQ(meaning(o.path, o.type), o.meaning) << o.path;
}

TEST(pdh_meaning, every_name_is_one_that_prometheus_takes) {
  for (const char* text :
       {"\\1st Object\\x", "\\A\\Total", "\\A\\%", "\\ASP.NET v4.0.30319\\Requests Current", "\\A(*)\\Count",
        "\\\xc3\x84pfel\\Z\xc3\xa4hler", "\\A\\Bytes", "\\A\\Time"})
    for (const std::uint32_t type :
         {std::uint32_t{perf_counter_counter}, std::uint32_t{perf_100nsec_timer}}) {
      const auto m = pdh_measure(path(text), type);
      ASSERT_TRUE(m);
      EXPECT_EQ(m->name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789"), std::string::npos)
          << m->name;
      EXPECT_TRUE(!m->name.empty() && (m->name[0] < '0' || m->name[0] > '9')) << m->name;
      for (const char* ending : {"_total", "_info", "_bucket", "_sum", "_count", "_created"})
        EXPECT_FALSE(m->name.ends_with(ending)) << m->name;
    }
}

TEST(pdh_meaning, texts_and_bases_have_none) {
  for (const std::uint32_t type :
       {0x00000B00u, 0x40030401u, 0x40030402u, 0x40030403u, 0x40000200u, 0xFFFFFFFFu}) {
    EXPECT_EQ(meaning("\\A\\B", type), "none");
    EXPECT_FALSE(pdh_value(path("\\A\\B"), type, {1, 1, 1}, {1, 0}));
  }
}

double value(std::uint32_t type, pdh_raw raw, pdh_clock clock = {1000, 0}, const char* counter = "\\A\\B") {
  return pdh_value(path(counter), type, raw, clock).value_or(-1);
}

TEST(pdh_value, counts_and_levels_are_what_they_are) {
  EXPECT_EQ(value(perf_counter_bulk_count, {5'000'000'000, 1, 1}), 5e9);
  EXPECT_EQ(value(perf_counter_large_rawcount, {-3, 0, 1}), -3);
  EXPECT_EQ(value(perf_counter_counter, {-1, 0, 1}), 4294967295.0) << "32 bits have no sign";
  EXPECT_EQ(value(perf_counter_rawcount, {150, 0, 1}, {}, "\\A\\% Busy"), 1.5);
  EXPECT_EQ(value(perf_counter_large_rawcount, {3, 0, 1}, {}, "\\A\\Available MBytes"), 3.0 * 1024 * 1024);
  EXPECT_EQ(value(perf_counter_large_rawcount, {3, 0, 1}, {}, "\\A\\Some KBytes"), 3.0 * 1024);
}

TEST(pdh_value, timers_are_seconds_of_their_own_clock) {
  EXPECT_EQ(value(perf_100nsec_timer, {25'000'000, 0, 1}), 2.5);
  EXPECT_EQ(value(perf_precision_100ns_timer, {25'000'000, 0, 1}), 2.5);
  EXPECT_EQ(value(perf_counter_timer, {2500, 0, 1}), 2.5);
  EXPECT_EQ(value(perf_average_timer, {2500, 7, 1}), 2.5);
  EXPECT_EQ(value(perf_counter_100ns_queuelen_type, {25'000'000, 0, 1}), 2.5);
  EXPECT_EQ(value(perf_elapsed_time, {1000, 3500, 1}), 2.5);
  EXPECT_EQ(value(perf_counter_timer, {2500, 0, 1}, {0, 0}), -1) << "without a time base there is no second";
}

TEST(pdh_value, inverse_timers_are_the_rest_of_the_time_since_the_start) {
  constexpr std::int64_t second = 10'000'000;
  constexpr std::int64_t boot = 130'000'000'000'000'000;
  const pdh_clock clock{1000, boot};
  EXPECT_EQ(value(perf_100nsec_timer_inv, {60 * second, boot + 100 * second, 1}, clock), 40);
  EXPECT_EQ(value(perf_100nsec_multi_timer_inv, {60 * second, boot + 100 * second, 2}, clock), 140);
  EXPECT_EQ(value(perf_counter_timer_inv, {1000, 5000, 1}, clock), 4);
  EXPECT_EQ(value(perf_100nsec_timer_inv, {200 * second, boot + 100 * second, 1}, clock), 0);
}

TEST(pdh_value, a_fraction_of_nothing_is_no_value) {
  EXPECT_EQ(value(perf_raw_fraction, {1, 4, 1}), 0.25);
  EXPECT_EQ(value(perf_large_raw_fraction, {1, 0, 1}), -1);
}

} // namespace
