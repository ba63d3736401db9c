// SPDX-License-Identifier: Apache-2.0
// Which calls never touch the heap. Its own program, because it replaces operator new.
#include "counting_heap.hpp"
#include "store_support.hpp"

#include <gtest/gtest.h>

namespace reeve::store {
namespace {

TEST(allocations, are_none_for_writes_over_the_limit) {
  batch_limits limits;
  limits.max_series = 10;
  batch b(limits);
  const family_id f = *b.family(gauge("f", {"pid", "name"}));
  const family_id h = *b.family(histogram("h", {1}, {"pid", "name"}));
  for (int i = 0; i < 20; ++i)
    (void)b.add(f, values({std::to_string(i), "some name that fits into no short string"}), i);

  const std::uint64_t buckets[] = {1, 0};
  const std::size_t before = test::allocations();
  char pid[] = "100000";
  for (int i = 0; i < 1000; ++i) {
    pid[5] = static_cast<char>('0' + i % 10);
    pid[4] = static_cast<char>('0' + i / 10 % 10);
    pid[3] = static_cast<char>('0' + i / 100);
    const label_value labels[] = {{pid, 0}, {"some name that fits into no short string", 0}};
    ASSERT_FALSE(b.add(f, labels, 1));
    ASSERT_FALSE(b.series(f, labels));
    ASSERT_FALSE(b.add_histogram(h, labels, 1, 1, buckets));
  }
  EXPECT_EQ(test::allocations(), before);
  EXPECT_EQ(b.counters().dropped_series_total, 10u + 3000u);
}

TEST(allocations, are_none_for_set_and_a_handful_for_an_unchanged_commit) {
  batch b{batch_limits{}};
  const family_id f = *b.family(gauge("f", {"k"}));
  std::vector<series_id> all;
  for (int i = 0; i < 5000; ++i)
    all.push_back(*b.series(f, values({std::to_string(i)})));
  const auto write = [&] {
    b.begin();
    for (const series_id id : all)
      b.set(id, 1);
  };
  write();
  snapshot_ptr last = commit(b);
  const std::size_t before = test::allocations();
  write();
  EXPECT_EQ(test::allocations(), before);
  last = commit(b);
  EXPECT_LE(test::allocations(), before + 3); // the snapshot, its values
}

} // namespace
} // namespace reeve::store
