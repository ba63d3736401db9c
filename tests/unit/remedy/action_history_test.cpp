// SPDX-License-Identifier: Apache-2.0
#include "reeve/remedy/action_history.hpp"

#include <gtest/gtest.h>

namespace reeve::remedy {
namespace {

using namespace std::chrono_literals;

past_action of(std::string source, nanoseconds at, bool is_event) {
  return {std::move(source), "process:web", at, 1, 0, false, is_event};
}

TEST(action_history, forgets_the_oldest) {
  action_history h;
  for (std::size_t i = 0; i <= action_history::most; ++i)
    h.add(of("leak", nanoseconds(i), false));
  EXPECT_EQ(h.actions().size(), action_history::most);
  EXPECT_EQ(h.actions().front().at, 1ns);
  EXPECT_EQ(h.count("process:web", 1h, 1min), action_history::most);
  EXPECT_EQ(h.count_all(1h, 1min), action_history::most);
}

// Else a rule that only tells makes another one's cooldown and budget forgotten.
TEST(action_history, events_drive_no_action_out) {
  action_history h;
  h.add(of("leak", 1s, false));
  for (std::size_t i = 0; i < action_history::most + 10; ++i)
    h.add(of("noise", 2s + nanoseconds(i), true));
  EXPECT_EQ(h.events().size(), action_history::most);
  EXPECT_EQ(h.since_last("leak", "process:web", 2, 5s), 4s);
  EXPECT_EQ(h.count("process:web", 1h, 5s), 1u);
  EXPECT_EQ(h.count_all(1h, 5s), 1u);
  EXPECT_EQ(h.events().back().at, 2s + nanoseconds(action_history::most + 9));
}

TEST(action_history, counts_those_of_a_window_whatever_order_they_came_in) {
  action_history h;
  h.add(of("leak", 50s, false));
  h.add(of("leak", 10s, false)); // an earlier agent's, which its log tells later
  h.add(of("leak", 55s, false));
  EXPECT_EQ(h.count_all(10s, 60s), 1u) << "that of 50 s is as old as the window";
  EXPECT_EQ(h.count_all(11s, 60s), 2u);
  EXPECT_EQ(h.count_all(51s, 60s), 3u);
  EXPECT_EQ(h.count("process:web", 11s, 60s), 2u);
  EXPECT_EQ(h.has_room_at(2, 20s, 60s), 70s) << "that of 50 s leaves then";
  EXPECT_EQ(h.has_room_at(3, 20s, 60s), 60s);
  EXPECT_EQ(h.has_room_at(4, 20s, 60s), 60s);
}

TEST(action_history, what_is_forgiven_counts_for_the_agent_only) {
  action_history h;
  h.add(of("leak", 1s, false));
  h.add(of("other", 2s, false));
  h.add({"other", "process:db", 3s, 1, 0, false, false});
  h.forgive("leak");
  EXPECT_EQ(h.count("process:web", 1h, 5s), 0u);
  EXPECT_EQ(h.since_last("other", "process:web", 2, 5s), std::nullopt);
  EXPECT_EQ(h.count("process:db", 1h, 5s), 1u);
  EXPECT_EQ(h.count_all(1h, 5s), 3u);
}

} // namespace
} // namespace reeve::remedy
