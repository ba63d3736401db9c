// SPDX-License-Identifier: Apache-2.0
#include "agent/store/src/flat_index.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace reeve::store {
namespace {

// Few hash values, some of them at the end of the table, make long probe chains that wrap around.
TEST(flat_index, finds_what_is_in_it_and_nothing_else) {
  std::mt19937 random(7);
  const auto hash_of = [](std::uint32_t record) { return record % 5 == 0 ? 0xFFFF'FFFFu : record % 7; };
  flat_index index;
  std::set<std::uint32_t> model;
  for (int step = 0; step < 20'000; ++step) {
    const std::uint32_t record = random() % 60;
    const auto same = [&](std::uint32_t other) { return other == record; };
    ASSERT_EQ(index.find(hash_of(record), same), model.contains(record) ? record : no_record);
    if (model.insert(record).second) {
      index.insert(hash_of(record), record, hash_of);
    } else {
      model.erase(record);
      index.erase(hash_of(record), record, hash_of);
    }
    if (step % 5'000 == 4'999) {
      index.clear();
      model.clear();
    }
  }
}

} // namespace
} // namespace reeve::store
