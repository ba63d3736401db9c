// SPDX-License-Identifier: Apache-2.0
#include "reeve/store/board.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace reeve::store {
namespace {

using testing::ElementsAre;

snapshot_ptr of_cycle(std::uint64_t cycle) {
  auto made = std::make_shared<snapshot>();
  made->series = std::make_shared<const layout>();
  made->cycle = cycle;
  return made;
}

std::vector<std::string> sources(const board& b) {
  std::vector<std::string> names;
  for (const board::entry& e : b.view())
    names.push_back(e.source);
  return names;
}

TEST(board, shows_the_latest_of_each_source_in_order_of_appearance) {
  board b;
  EXPECT_EQ(b.latest("b"), nullptr);
  b.publish("b", of_cycle(1));
  b.publish("a", of_cycle(2));
  b.publish("b", of_cycle(3));
  EXPECT_THAT(sources(b), ElementsAre("b", "a"));
  EXPECT_EQ(b.latest("b")->cycle, 3u);
  EXPECT_EQ(b.view()[1].latest->cycle, 2u);
}

TEST(board, forgets_a_retired_source) {
  board b;
  b.publish("a", of_cycle(1));
  b.publish("b", of_cycle(2));
  const auto held = b.latest("a");
  b.retire("a");
  b.retire("a");
  b.retire("never there");
  EXPECT_EQ(b.latest("a"), nullptr);
  EXPECT_THAT(sources(b), ElementsAre("b"));
  EXPECT_EQ(held->cycle, 1u) << "a reader keeps what it was handed";
  EXPECT_EQ(held.use_count(), 1);
  b.publish("a", of_cycle(4));
  EXPECT_THAT(sources(b), ElementsAre("b", "a"));
  b.publish("b", nullptr);
  EXPECT_THAT(sources(b), ElementsAre("a"));
}

TEST(board, serves_readers_while_writers_publish) {
  board b;
  b.publish("a", of_cycle(0));
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (std::uint64_t cycle = 1; cycle <= 20'000; ++cycle) {
      b.publish("a", of_cycle(cycle));
      b.publish("other", of_cycle(cycle));
      if (cycle % 16 == 0) b.retire("other");
    }
    done = true;
  });
  std::uint64_t last = 0;
  while (!done) {
    for (const board::entry& e : b.view())
      EXPECT_NE(e.latest, nullptr);
    const std::uint64_t now = b.latest("a")->cycle;
    EXPECT_GE(now, last);
    last = now;
  }
  writer.join();
  EXPECT_EQ(b.latest("a")->cycle, 20'000u);
}

} // namespace
} // namespace reeve::store
