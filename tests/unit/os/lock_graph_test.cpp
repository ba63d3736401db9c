// SPDX-License-Identifier: Apache-2.0
// Who waits for whom, on made-up tables.
#include "lock_graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::os {
namespace {

using testing::ElementsAre;

struct table : file_lock_rows {
  std::vector<std::uint32_t> under;

  std::uint32_t held(std::uint32_t file, std::uint32_t pid, lock_mode mode = lock_mode::write,
                     lock_kind kind = lock_kind::posix, std::uint64_t start = 0,
                     std::uint64_t end = lock_to_the_end) {
    lock_row row;
    row.file = file;
    row.kind = kind;
    row.mode = mode;
    row.start = start;
    row.end = end;
    row.taker = pid;
    row.first_holder = static_cast<std::uint32_t>(holders.size());
    row.holders = 1;
    holders.push_back({{pid, 1}, 3});
    locks.push_back(row);
    under.push_back(static_cast<std::uint32_t>(locks.size() - 1));
    return under.back();
  }
  std::uint32_t waits(std::uint32_t under_row, std::uint32_t pid, lock_mode mode = lock_mode::write) {
    const lock_row& first = locks[under_row];
    const std::uint32_t row = held(first.file, pid, mode, first.kind, first.start, first.end);
    holders.back().descriptor = -1;
    locks[row].flags |= lock_row::waiting;
    under[row] = under_row;
    return row;
  }
  void connect() { connect_waiters(*this, under); }
  std::vector<std::uint32_t> blockers_of(std::uint32_t row) const {
    const auto first = blockers.begin() + locks[row].first_blocker;
    return {first, first + locks[row].blockers};
  }
  bool in_cycle(std::uint32_t row) const { return (locks[row].flags & lock_row::in_cycle) != 0; }
};

TEST(lock_graph, a_waiter_waits_for_every_lock_that_conflicts) {
  table t;
  const auto one = t.held(0, 1, lock_mode::read), two = t.held(0, 2, lock_mode::read);
  t.held(1, 3);
  const auto waits = t.waits(one, 4);
  const auto reader = t.waits(one, 5, lock_mode::read); // as the kernel lists it, it counts
  t.connect();
  EXPECT_THAT(t.blockers_of(waits), ElementsAre(one, two));
  EXPECT_THAT(t.blockers_of(reader), ElementsAre(one));
  EXPECT_EQ(t.locks[one].blockers, 0u);
}

TEST(lock_graph, a_lock_that_is_to_be_changed_is_not_waited_for) {
  table t;
  const auto own = t.held(0, 1, lock_mode::read), other = t.held(0, 2, lock_mode::read);
  const auto waits = t.waits(other, 1);
  t.connect();
  EXPECT_THAT(t.blockers_of(waits), ElementsAre(other));
  EXPECT_EQ(t.locks[own].depth, 0u);
}

TEST(lock_graph, ranges_that_do_not_meet_do_not_conflict) {
  table t;
  const auto near = t.held(0, 1, lock_mode::write, lock_kind::posix, 0, 9);
  t.held(0, 2, lock_mode::write, lock_kind::posix, 10, 19);
  const auto waits = t.waits(near, 3);
  t.connect();
  EXPECT_THAT(t.blockers_of(waits), ElementsAre(near));
}

TEST(lock_graph, chains_have_their_length_and_no_cycle) {
  table t;
  const auto a = t.held(0, 1), b = t.held(1, 2), c = t.held(2, 3);
  const auto wait_a = t.waits(a, 2), wait_b = t.waits(b, 3), wait_c = t.waits(c, 4);
  t.connect();
  EXPECT_EQ(t.locks[wait_a].depth, 1u);
  EXPECT_EQ(t.locks[wait_b].depth, 2u);
  EXPECT_EQ(t.locks[wait_c].depth, 3u);
  for (const auto row : {wait_a, wait_b, wait_c})
    EXPECT_FALSE(t.in_cycle(row));
}

TEST(lock_graph, a_cycle_is_one_for_its_members_alone) {
  table t;
  const auto a = t.held(0, 1), b = t.held(1, 2), c = t.held(2, 3);
  const auto wait_b = t.waits(b, 1), wait_c = t.waits(c, 2), wait_a = t.waits(a, 3);
  const auto outside = t.waits(a, 9);
  t.connect();
  for (const auto row : {wait_a, wait_b, wait_c})
    EXPECT_TRUE(t.in_cycle(row));
  EXPECT_FALSE(t.in_cycle(outside));
  EXPECT_GE(t.locks[outside].depth, 3u);
}

TEST(lock_graph, who_waits_for_itself_is_no_cycle) {
  table t;
  const auto own = t.held(0, 1, lock_mode::write, lock_kind::flock);
  const auto waits = t.waits(own, 1);
  t.connect();
  EXPECT_THAT(t.blockers_of(waits), ElementsAre(own));
  EXPECT_FALSE(t.in_cycle(waits));
  EXPECT_EQ(t.locks[waits].depth, 1u);
}

TEST(lock_graph, a_long_chain_takes_no_stack) {
  table t;
  constexpr std::uint32_t length = 20'000;
  for (std::uint32_t i = 0; i < length; ++i)
    t.held(i, i + 1);
  for (std::uint32_t i = 0; i + 1 < length; ++i)
    t.waits(i, i + 2);
  // Not connect(): looking for a cycle from each end is quadratic, and 20,000 waiters in one chain are made up.
  t.locks.resize(length + 200);
  t.under.resize(length + 200);
  t.connect();
  EXPECT_EQ(t.locks[length + 199].depth, 200u);
}

} // namespace
} // namespace reeve::os
