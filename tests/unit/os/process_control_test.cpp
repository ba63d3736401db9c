// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/process_control.hpp"
#include "reeve/os/runtime.hpp"

#include "tests/support/child.hpp"
#include "tests/support/under_wine.hpp"
#include "tests/support/wait_until.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

namespace reeve::os {
namespace {

using namespace std::chrono_literals;

test::child_options bystander() {
  test::child_options how;
  how.program = std::filesystem::path(REEVE_TEST_PROGRAMS) / test::executable_name("bystander");
  how.arguments = {"stay"};
  return how;
}

TEST(process_control, a_process_is_seen_with_its_name_and_account_until_it_ends) {
  const auto before = std::chrono::steady_clock::now();
  auto child = test::child::start(bystander());
  ASSERT_TRUE(child);
  const auto seen = look_at_process(static_cast<std::uint32_t>(child->pid()));
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(seen->id.pid, static_cast<std::uint32_t>(child->pid()));
  EXPECT_NE(seen->id.start, 0u);
  EXPECT_EQ(seen->name, test::executable_name("bystander"));
  EXPECT_FALSE(seen->is_kernel_thread);
  constexpr auto tick = 10ms; // of Linux
  EXPECT_LE(seen->age, std::chrono::steady_clock::now() - before + tick);
  EXPECT_GT(look_at_process(own_pid())->age, seen->age) << "it was started by this process";
  EXPECT_TRUE(is_running(seen->id));
  EXPECT_FALSE(is_running({seen->id.pid, seen->id.start + 1})) << "another one with that number";
  ASSERT_TRUE(child->kill());
  ASSERT_TRUE(child->wait(test::long_bound));
  EXPECT_TRUE(test::wait_until([&] { return !is_running(seen->id); }, test::long_bound));
  EXPECT_FALSE(look_at_process(0x7ffffff0));
}

TEST(process_control, the_ancestors_of_a_process_began_before_it) {
  const auto above = ancestors_of_this_process();
  if (test::under_wine() && above.empty())
    GTEST_SKIP() << "a program that Wine was started with has no process of Windows above it";
  ASSERT_FALSE(above.empty());
  for (std::size_t i = 1; i < above.size(); ++i)
    EXPECT_LE(above[i].start, above[i - 1].start) << i;
  for (const auto& end : {ask_process_to_end(above.front()), kill_process(look_at_process(own_pid())->id)}) {
    ASSERT_FALSE(end) << "never one of them";
    EXPECT_EQ(end.error().code, errc::access_denied);
  }
}

} // namespace
} // namespace reeve::os
