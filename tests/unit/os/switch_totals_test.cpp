// SPDX-License-Identifier: Apache-2.0
#include "parse/switch_totals.hpp"
#include "tests/unit/os/windows_process_bytes.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <limits>

namespace reeve::os::parse {
namespace {

constexpr auto wraps_at = std::uint64_t{1} << 32;

// Each reading is a process list whose threads have these counts.
class switch_totals_test : public testing::Test {
 protected:
  std::uint64_t total_after(std::initializer_list<std::uint32_t> counts, std::uint64_t pid = 8) {
    process_list list;
    add(list, pid, counts);
    read(list);
    return out.rows.at(0).voluntary_switches;
  }
  static void add(process_list& list, std::uint64_t pid, std::initializer_list<std::uint32_t> counts) {
    std::vector<windows_thread_information> threads;
    for (const std::uint32_t count : counts)
      threads.push_back(thread(5, 6, count));
    list.add(process(pid), u"a.exe", threads);
  }
  void read(const process_list& list) {
    ASSERT_TRUE(parse_windows_processes(list.bytes(), base_address, all_process_fields, out));
    totals.accumulate(out);
  }

  switch_totals totals;
  process_rows out;
};

TEST_F(switch_totals_test, follows_threads_that_all_live) {
  EXPECT_EQ(total_after({10, 20}), 30u);
  EXPECT_EQ(total_after({11, 25}), 36u);
  EXPECT_EQ(total_after({11, 25}), 36u);
  EXPECT_EQ(total_after({11, 25, 4}), 40u);
}

TEST_F(switch_totals_test, stands_still_when_a_thread_ends_and_then_goes_on) {
  EXPECT_EQ(total_after({1'000'000, 20}), 1'000'020u);
  EXPECT_EQ(total_after({25}), 1'000'020u);
  EXPECT_EQ(total_after({28}), 1'000'023u); // at once, not after a million more
  EXPECT_EQ(total_after({}), 1'000'023u);
  EXPECT_EQ(total_after({7}), 1'000'030u);
}

TEST_F(switch_totals_test, a_count_that_wraps_around_is_no_fall) {
  constexpr std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
  EXPECT_EQ(total_after({most}), wraps_at - 1);
  EXPECT_EQ(total_after({3}), wraps_at - 1);
  EXPECT_EQ(total_after({9}), wraps_at + 5);
}

TEST_F(switch_totals_test, each_process_has_its_own) {
  process_list first, second;
  add(first, 8, {100});
  add(first, 12, {5});
  read(first);
  add(second, 12, {4});
  add(second, 8, {101});
  read(second);
  EXPECT_EQ(out.rows.at(0).voluntary_switches, 5u);
  EXPECT_EQ(out.rows.at(1).voluntary_switches, 101u);
}

TEST_F(switch_totals_test, another_process_under_the_same_pid_begins_anew) {
  EXPECT_EQ(total_after({100}), 100u);
  process_list list;
  add(list, 8, {3});
  ++list.at(0).create_time;
  read(list);
  EXPECT_EQ(out.rows.at(0).voluntary_switches, 3u);
  EXPECT_EQ(totals.known(), 1u);
}

TEST_F(switch_totals_test, a_process_that_is_gone_is_forgotten) {
  process_list both;
  add(both, 8, {100});
  add(both, 12, {5});
  read(both);
  EXPECT_EQ(totals.known(), 2u);
  EXPECT_EQ(total_after({6}, 12), 6u);
  EXPECT_EQ(totals.known(), 1u);
}

} // namespace
} // namespace reeve::os::parse
