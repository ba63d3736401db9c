// SPDX-License-Identifier: Apache-2.0
#include "job_memory_text.hpp"

#include <gtest/gtest.h>

namespace reeve::supervise {
namespace {

using namespace std::chrono_literals;

job_memory full() {
  job_memory m;
  m.handled = std::chrono::sys_seconds(1'700'000'000s);
  m.last_start = m.handled + 1s;
  m.last_success = m.handled - 24h;
  m.last_duration = 1500ms;
  m.last_result = job_result::timed_out;
  m.retries_left = 2;
  m.running = m.queued = m.retrying = true;
  return m;
}

TEST(job_memory_text, comes_back_as_it_was) {
  const auto back = job_memory_from_text(to_text(full()));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, full());
  const auto nothing = job_memory_from_text(to_text(job_memory{}));
  ASSERT_TRUE(nothing);
  EXPECT_EQ(*nothing, job_memory{});
}

TEST(job_memory_text, is_whole_or_refused) {
  const std::string text = to_text(full());
  for (std::size_t length = 0; length < text.size() - 1; ++length)
    EXPECT_FALSE(job_memory_from_text(text.substr(0, length))) << length;
  EXPECT_FALSE(job_memory_from_text(text + "more\n"));
}

TEST(job_memory_text, of_another_kind_is_refused) {
  for (const char* text :
       {"", "reeve-job 2\n.\n", "reeve-process 1\n.\n", "reeve-job 1\nhandled x\n.\n",
        "reeve-job 1\nlast_result fine\n.\n", "reeve-job 1\nother 1\n.\n", "reeve-job 1\nhandled -1\n.\n",
        "reeve-job 1\nlast_start 9223372036854775807\n.\n"})
    EXPECT_FALSE(job_memory_from_text(text)) << text;
}

} // namespace
} // namespace reeve::supervise
