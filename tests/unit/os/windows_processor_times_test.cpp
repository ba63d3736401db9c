// SPDX-License-Identifier: Apache-2.0
#include "parse/windows_processor_times.hpp"

#include "counter_rows_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

namespace {

using namespace reeve::os;
using testing::ElementsAre;
using testing::IsEmpty;

// idle, kernel with idle, user, DPC, interrupt, in seconds.
std::vector<std::byte> entries(std::initializer_list<std::array<std::int64_t, 5>> all) {
  std::vector<std::byte> out;
  for (std::array<std::int64_t, 5> e : all) {
    for (std::int64_t& t : e)
      t *= 10'000'000;
    const std::size_t at = out.size();
    out.resize(at + parse::processor_times_size);
    std::memcpy(out.data() + at, e.data(), sizeof e);
  }
  return out;
}

std::vector<std::string> parsed(std::span<const std::byte> bytes) {
  counter_rows rows;
  counter_sink sink(rows, 0);
  const bool found = parse::parse_processor_times(bytes, sink);
  EXPECT_EQ(found, !rows.rows.empty());
  return test::lines_of(rows, catalogue());
}

TEST(parse_processor_times, the_kernels_time_has_idle_and_interrupts_in_it) {
  EXPECT_THAT(parsed(entries({{100, 130, 50, 4, 6}})),
              ElementsAre("cpu_seconds{cpu=0,mode=user} 50", "cpu_seconds{cpu=0,mode=system} 20",
                          "cpu_seconds{cpu=0,mode=idle} 100", "cpu_seconds{cpu=0,mode=irq} 6",
                          "cpu_seconds{cpu=0,mode=softirq} 4"));
  EXPECT_THAT(parsed(entries({{1, 1, 1, 0, 0}, {2, 2, 7, 0, 0}})),
              testing::Contains("cpu_seconds{cpu=1,mode=user} 7"));
}

TEST(parse_processor_times, clocks_that_disagree_give_nothing_below_0) {
  EXPECT_THAT(parsed(entries({{100, 99, 5, 0, 0}})), testing::Contains("cpu_seconds{cpu=0,mode=system} 0"));
}

TEST(parse_processor_times, a_cut_entry_is_left_out) {
  const std::vector<std::byte> two = entries({{1, 1, 1, 0, 0}, {2, 2, 2, 0, 0}});
  for (std::size_t length = 0; length <= two.size(); ++length)
    EXPECT_EQ(parsed(std::span(two).first(length)).size(), length / parse::processor_times_size * 5);
  EXPECT_THAT(parsed({}), IsEmpty());
}

} // namespace
