// SPDX-License-Identifier: Apache-2.0
#include "memory_text.hpp"

#include <gtest/gtest.h>

namespace reeve::supervise {
namespace {

using namespace std::chrono_literals;

process_memory full() {
  process_memory m;
  m.phase = process_phase::waiting;
  m.is_wanted = false;
  m.is_stopping = true;
  m.has_failed = true;
  m.is_to_start_again = true;
  m.is_restart = true;
  m.incarnation = 17;
  m.restarts = 16;
  m.wake_at = 100s;
  m.last_end = process_end{true, 9};
  m.failure = "port 80/tcp is held";
  m.policy = {{10s, 20s}, 8s, true};
  return m;
}

constexpr moment now{90s, 1'700'000'000s};

TEST(memory_text, is_read_back_as_it_was) {
  const auto back = kept_from_text(to_text({full(), "boot"}, now), now);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->memory, full());
  EXPECT_EQ(back->boot, "boot");
}

TEST(memory_text, times_are_those_of_the_wall_once_the_machine_was_started_again) {
  const auto back = kept_from_text(to_text({full(), "boot"}, now), {5s, 1'700'000'003s});
  ASSERT_TRUE(back);
  EXPECT_EQ(back->memory.wake_at, nanoseconds(12s)) << "ten seconds after, of which three have passed";
}

TEST(memory_text, a_torn_or_foreign_text_is_refused) {
  const std::string text = to_text({full(), "boot"}, now);
  for (std::size_t length = 0; length + 1 < text.size(); ++length) // the last line end says nothing
    EXPECT_FALSE(kept_from_text(text.substr(0, length), now)) << length;
  EXPECT_FALSE(kept_from_text(text + "x", now));
  EXPECT_FALSE(kept_from_text("reeve-process 2\n.\n", now));
  EXPECT_FALSE(kept_from_text("reeve-process 1\nphase flying\n.\n", now));
  EXPECT_FALSE(kept_from_text("reeve-process 1\nrestarts -1\n.\n", now));
  EXPECT_FALSE(kept_from_text(std::string(4096, '\0'), now));
}

} // namespace
} // namespace reeve::supervise
