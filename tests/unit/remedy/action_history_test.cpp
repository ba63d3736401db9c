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
  EXPECT_EQ(h.all().size(), action_history::most);
  EXPECT_EQ(h.all().front().at, 1ns);
}

// Else a rule that only tells makes another one's cooldown and budget forgotten.
TEST(action_history, events_drive_no_action_out) {
  action_history h;
  h.add(of("leak", 1s, false));
  for (std::size_t i = 0; i < action_history::most + 10; ++i)
    h.add(of("noise", 2s + nanoseconds(i), true));
  EXPECT_EQ(h.all().size(), action_history::most);
  EXPECT_EQ(h.since_last("leak", "process:web", 2, 5s), 4s);
  EXPECT_EQ(h.count("process:web", 1h, 5s), 1u);
  EXPECT_EQ(h.all().back().at, 2s + nanoseconds(action_history::most + 9));
  h = {};
  for (std::size_t i = 0; i < action_history::most; ++i)
    h.add(of("leak", nanoseconds(i), false));
  h.add(of("noise", 1s, true));
  EXPECT_EQ(h.count_all(1h, 1s), action_history::most);
}

} // namespace
} // namespace reeve::remedy
