// SPDX-License-Identifier: Apache-2.0
// The source over this machine, beside what the machine itself says in the same moment.
#include "allocation_count.hpp"
#include "counters/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <ctime>
#include <fstream>
#include <map>
#include <string>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using namespace reeve::os;

class live_counters : public testing::Test {
 protected:
  void SetUp() override {
    auto made = counter_source::create();
    ASSERT_TRUE(made);
    source_ = *std::move(made);
    for (const std::string_view set : counter_sets()) {
      source_->add({counter_origin::set, std::string(set), {}});
      all_.push_back(static_cast<std::uint32_t>(all_.size()));
    }
  }
  void read(counter_set set) {
    const std::uint32_t one[] = {static_cast<std::uint32_t>(set)};
    ASSERT_TRUE(source_->read(one, rows_));
  }
  // The sum over all instances, or of one.
  double sum(measure m, std::string_view instance = {}) const {
    double out = 0;
    for (const counter_row& r : rows_.rows)
      if (r.measure == static_cast<std::uint32_t>(m) &&
          (instance.empty() || rows_.view(r.labels[0]) == instance))
        out += r.value;
    return out;
  }
  std::size_t count(measure m) const {
    std::size_t out = 0;
    for (const counter_row& r : rows_.rows)
      out += r.measure == static_cast<std::uint32_t>(m);
    return out;
  }

  std::unique_ptr<counter_source> source_;
  std::vector<std::uint32_t> all_;
  counter_rows rows_;
};

TEST_F(live_counters, processor_time_lies_between_two_looks_at_the_kernels_own) {
  const auto kernels_own = [] { // the sum over all processors and modes
    std::ifstream in("/proc/stat");
    std::string word;
    in >> word;
    double ticks = 0, out = 0;
    for (int i = 0; i < 8 && in >> ticks; ++i) // without guests, who are in the others
      out += ticks;
    return out / static_cast<double>(::sysconf(_SC_CLK_TCK));
  };
  const double before = kernels_own();
  read(counter_set::cpu);
  const double after = kernels_own();
  // The sum line is cut to whole ticks once; ours are, mode by mode.
  const double slack = static_cast<double>(rows_.rows.size()) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  EXPECT_GE(sum(measure::cpu_seconds), before - slack);
  EXPECT_LE(sum(measure::cpu_seconds), after + slack);
  EXPECT_EQ(count(measure::cpu_seconds) / 8, static_cast<std::size_t>(::sysconf(_SC_NPROCESSORS_ONLN)));
}

TEST_F(live_counters, memory_is_what_sysinfo_says) {
  struct sysinfo s {};
  ASSERT_EQ(::sysinfo(&s), 0);
  read(counter_set::memory);
  EXPECT_EQ(sum(measure::memory_total_bytes), static_cast<double>(s.totalram) * s.mem_unit);
  EXPECT_EQ(sum(measure::swap_total_bytes), static_cast<double>(s.totalswap) * s.mem_unit);
  // Free memory moves; a quarter of all in between two calls would be news.
  EXPECT_NEAR(sum(measure::memory_free_bytes), static_cast<double>(s.freeram) * s.mem_unit,
              static_cast<double>(s.totalram) * s.mem_unit / 4);
  EXPECT_LE(sum(measure::memory_available_bytes), sum(measure::memory_total_bytes));
}

TEST_F(live_counters, the_boot_time_is_that_of_the_clocks) {
  struct timespec since_boot {
  }, now{};
  ASSERT_EQ(::clock_gettime(CLOCK_BOOTTIME, &since_boot), 0);
  ASSERT_EQ(::clock_gettime(CLOCK_REALTIME, &now), 0);
  read(counter_set::system);
  EXPECT_NEAR(sum(measure::boot_time_seconds), static_cast<double>(now.tv_sec - since_boot.tv_sec), 2);
  EXPECT_GT(sum(measure::context_switches), 0);
}

TEST_F(live_counters, the_root_file_system_is_what_statvfs_says) {
  struct statvfs s {};
  ASSERT_EQ(::statvfs("/", &s), 0);
  read(counter_set::filesystem);
  if (count(measure::filesystem_size_bytes) == 0 || sum(measure::filesystem_size_bytes, "/") == 0)
    GTEST_SKIP() << "the root is no local file system here";
  EXPECT_EQ(sum(measure::filesystem_size_bytes, "/"), static_cast<double>(s.f_blocks * s.f_frsize));
  EXPECT_LE(sum(measure::filesystem_available_bytes, "/"), sum(measure::filesystem_free_bytes, "/"));
}

TEST_F(live_counters, the_loopback_sends_what_it_receives) {
  read(counter_set::network);
  if (count(measure::network_receive_bytes) == 0) GTEST_SKIP() << "no interfaces here";
  EXPECT_EQ(sum(measure::network_receive_bytes, "lo"), sum(measure::network_transmit_bytes, "lo"));
}

TEST_F(live_counters, page_faults_grow_with_what_this_test_touches) {
  read(counter_set::vmstat);
  const double before = sum(measure::page_faults, "minor");
  constexpr std::size_t bytes = 64 << 20;
  std::vector<char> touched(bytes, 1);
  read(counter_set::vmstat);
  // At least one for each huge page; the kernel folds counts of its processors in with a delay.
  EXPECT_GE(sum(measure::page_faults, "minor"), before + bytes / (2 << 20) / 2);
  EXPECT_EQ(touched[bytes / 2], 1);
}

TEST_F(live_counters, a_reading_of_everything_allocates_nothing_once_it_has_run) {
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(source_->read(all_, rows_));
  // Without what this system lacks, since the text that says so is made each time.
  std::vector<std::uint32_t> there;
  for (const std::uint32_t n : all_)
    if (rows_.statuses[n].state == counter_state::available) there.push_back(n);
  ASSERT_GE(there.size(), 5u);
  ASSERT_TRUE(source_->read(there, rows_));
  const std::uint64_t before = live::allocations();
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(source_->read(there, rows_));
  // A file that grows over a power of two and a new process's worth of rows may cost a few.
  EXPECT_LE(live::allocations() - before, 4u);
}

} // namespace
