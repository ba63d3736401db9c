// SPDX-License-Identifier: Apache-2.0
// The source over this machine. Wine 8.0 has two performance counters only; what needs others is skipped there by name.
#include "tests/support/temp_dir.hpp"
#include "tests/unit/os/counter_rows_text.hpp"

#include "counters/catalogue.hpp"
#include "windows/windows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace reeve::os {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

bool under_wine() {
  return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
}

class windows_counters : public testing::Test {
 protected:
  void SetUp() override {
    auto made = counter_source::create();
    ASSERT_TRUE(made);
    source_ = *std::move(made);
  }
  std::uint32_t add(counter_origin origin, const std::string& name, const std::string& argument = {}) {
    EXPECT_TRUE(check({origin, name, argument}));
    source_->add({origin, name, argument});
    return count_++;
  }
  std::vector<std::string> read(std::vector<std::uint32_t> wanted) {
    const auto done = source_->read(wanted, rows_);
    EXPECT_TRUE(done);
    return test::lines_of(rows_, source_->measures());
  }
  counter_state state(std::uint32_t request) const { return rows_.statuses.at(request).state; }
  std::string why(std::uint32_t request) const {
    return std::string(rows_.view(rows_.statuses.at(request).why));
  }
  double sum(measure m) const {
    double out = 0;
    for (const counter_row& r : rows_.rows)
      if (r.measure == static_cast<std::uint32_t>(m)) out += r.value;
    return out;
  }

  std::unique_ptr<counter_source> source_;
  std::uint32_t count_ = 0;
  counter_rows rows_;
};

TEST_F(windows_counters, processor_time_is_what_get_system_times_says) {
  const auto cpu = add(counter_origin::set, "cpu");
  const auto systems_own = [] {
    FILETIME idle, kernel, user; // idle is part of kernel
    EXPECT_TRUE(GetSystemTimes(&idle, &kernel, &user));
    return static_cast<double>(to_uint64(kernel) + to_uint64(user)) / 1e7;
  };
  const double before = systems_own();
  read({cpu});
  const double after = systems_own();
  ASSERT_EQ(state(cpu), counter_state::available) << why(cpu);
  SYSTEM_INFO info;
  GetSystemInfo(&info);
  EXPECT_EQ(rows_.rows.size(), 5 * info.dwNumberOfProcessors);
  const double slack = 0.02 * info.dwNumberOfProcessors * 5; // ticks of the clock
  EXPECT_GE(sum(measure::cpu_seconds), before - slack);
  EXPECT_LE(sum(measure::cpu_seconds), after + slack);
}

TEST_F(windows_counters, memory_is_what_global_memory_status_says) {
  const auto memory = add(counter_origin::set, "memory");
  MEMORYSTATUSEX m{};
  m.dwLength = sizeof m;
  ASSERT_TRUE(GlobalMemoryStatusEx(&m));
  read({memory});
  ASSERT_EQ(state(memory), counter_state::available) << why(memory);
  const auto total = static_cast<double>(m.ullTotalPhys);
  EXPECT_NEAR(sum(measure::memory_total_bytes), total, total / 1000);
  EXPECT_NEAR(sum(measure::memory_available_bytes), static_cast<double>(m.ullAvailPhys), total / 4);
}

TEST_F(windows_counters, drives_are_what_get_disk_free_space_says) {
  const auto filesystem = add(counter_origin::set, "filesystem");
  const auto lines = read({filesystem});
  ASSERT_EQ(state(filesystem), counter_state::available) << why(filesystem);
  ULARGE_INTEGER available{}, size{}, free{};
  ASSERT_TRUE(GetDiskFreeSpaceExW(L"C:\\", &available, &size, &free));
  EXPECT_THAT(lines, testing::Contains("filesystem_size_bytes{mountpoint=C:\\} " +
                                       test::number_text(static_cast<double>(size.QuadPart))));
}

TEST_F(windows_counters, interfaces_have_names_and_identities) {
  const auto network = add(counter_origin::set, "network");
  const auto lines = read({network});
  ASSERT_EQ(state(network), counter_state::available) << why(network);
  ASSERT_THAT(lines, testing::Not(IsEmpty()));
  for (const counter_row& r : rows_.rows) {
    EXPECT_NE(rows_.view(r.labels[0]), "");
    EXPECT_NE(r.identity, 0u);
  }
}

TEST_F(windows_counters, the_boot_time_does_not_move) {
  const auto system = add(counter_origin::set, "system");
  read({system});
  EXPECT_EQ(state(system), counter_state::available) << why(system);
  const double first = sum(measure::boot_time_seconds);
  FILETIME now;
  GetSystemTimeAsFileTime(&now);
  const double unix_now = static_cast<double>(to_uint64(now)) / 1e7 - 11644473600.0;
  EXPECT_NEAR(first, unix_now - static_cast<double>(GetTickCount64()) / 1000, 2);
  read({system});
  EXPECT_EQ(sum(measure::boot_time_seconds), first);
}

TEST_F(windows_counters, pdh_tells_the_time_since_the_start) {
  const auto up = add(counter_origin::pdh, "\\System\\System Up Time");
  const auto lines = read({up});
  ASSERT_EQ(state(up), counter_state::available) << why(up);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_THAT(lines[0], testing::StartsWith("system_up_seconds "));
  EXPECT_NEAR(rows_.rows[0].value, static_cast<double>(GetTickCount64()) / 1000, 5);
}

TEST_F(windows_counters, pdh_tells_the_processor_time) {
  const auto cpu = add(counter_origin::pdh, "\\Processor(_Total)\\% Processor Time");
  const auto lines = read({cpu});
  ASSERT_EQ(state(cpu), counter_state::available) << why(cpu);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_THAT(lines[0], testing::StartsWith("processor_seconds{cpu=_Total} "));
  const double first = rows_.rows[0].value;
  EXPECT_GE(first, 0);
  read({cpu});
  EXPECT_GE(rows_.rows[0].value, first);
}

TEST_F(windows_counters, pdh_counters_that_are_not_there_are_missing) {
  const auto object = add(counter_origin::pdh, "\\No Such Object\\No Such Counter");
  const auto good = add(counter_origin::pdh, "\\System\\System Up Time");
  EXPECT_EQ(read({object, good}).size(), 1u);
  EXPECT_EQ(state(object), counter_state::missing) << why(object);
  EXPECT_THAT(why(object), HasSubstr("PDH 0x"));
  EXPECT_EQ(state(good), counter_state::available);
  read({good});
  EXPECT_EQ(state(object), counter_state::not_asked);
}

TEST_F(windows_counters, every_instance_of_an_object) {
  if (under_wine()) GTEST_SKIP() << "PdhGetRawCounterArrayW and PhysicalDisk: Wine 8.0 has neither";
  const auto disk = add(counter_origin::set, "disk");
  const auto processor = add(counter_origin::pdh, "\\Processor(*)\\% Processor Time");
  read({disk});
  EXPECT_EQ(state(disk), counter_state::available) << why(disk);
  SYSTEM_INFO info;
  GetSystemInfo(&info);
  EXPECT_EQ(read({processor}).size(), info.dwNumberOfProcessors) << "without _Total";
}

TEST_F(windows_counters, sets_of_linux_are_missing) {
  for (const char* set : {"pressure", "files", "cgroup"}) {
    const auto number = add(counter_origin::set, set);
    EXPECT_THAT(read({number}), IsEmpty());
    EXPECT_EQ(state(number), counter_state::missing);
  }
}

TEST_F(windows_counters, a_number_in_a_file) {
  const reeve::test::temp_dir folder;
  reeve::test::write_file(folder / "depth", "42\r\n");
  reeve::test::write_file(folder / "lines", "a: 1\r\nb: 2\r\n");
  const auto one = add(counter_origin::file, (folder / "depth").string());
  const auto lines = add(counter_origin::file, (folder / "lines").string(), "^(?P<instance>\\w+): (\\d+)");
  const auto none = add(counter_origin::file, (folder / "none").string());
  const auto linux = add(counter_origin::file, "/proc/x");
  EXPECT_THAT(read({one, lines, none, linux}),
              testing::ElementsAre("file_value{instance=} 42", "file_value{instance=a} 1",
                                   "file_value{instance=b} 2"));
  EXPECT_EQ(state(none), counter_state::missing);
  EXPECT_EQ(state(linux), counter_state::missing);
}

} // namespace
} // namespace reeve::os
