// SPDX-License-Identifier: Apache-2.0
#include "memory_text.hpp"

#include "reeve/base/strings.hpp"

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

TEST(memory_text, a_clock_that_was_never_set_is_as_good) {
  const moment unset{90s, 3s};
  const auto back = kept_from_text(to_text({full(), "boot"}, unset), unset);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->memory, full());
}

TEST(memory_text, a_torn_or_foreign_text_is_refused) {
  const std::string text = to_text({full(), "boot"}, now);
  for (std::size_t length = 0; length + 1 < text.size(); ++length) // the last line end says nothing
    EXPECT_FALSE(kept_from_text(text.substr(0, length), now)) << length;
  EXPECT_FALSE(kept_from_text(text + "x", now));
  EXPECT_FALSE(kept_from_text("reeve-process 2\n.\n", now));
  EXPECT_FALSE(kept_from_text("reeve-process 1\nphase flying\n.\n", now));
  for (const char* line : {"restarts -1", "ended -8198552921648689607", "wake -40000000000000000", "delay -1",
                           "delay 9223372036854775807"})
    EXPECT_FALSE(kept_from_text(cat("reeve-process 1\n", line, "\n.\n"), now)) << line;
  EXPECT_FALSE(kept_from_text(std::string(4096, '\0'), now));
}

} // namespace
} // namespace reeve::supervise
