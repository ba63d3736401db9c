// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/process_control.hpp"

#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

#include "reeve/base/strings.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace reeve::os {
namespace {

// "Z" of its main thread, as ps(1) shows it, with another one that goes on.
TEST(process_control, a_process_whose_main_thread_has_ended_runs) {
  test::child_options how;
  how.program = std::filesystem::path(REEVE_TEST_PROGRAMS) / test::executable_name("relatives");
  how.arguments = {"zombies", "0"};
  auto child = test::child::start(how);
  ASSERT_TRUE(child);
  const auto pid = static_cast<std::uint32_t>(child->pid());
  const std::string stat = cat("/proc/", pid, "/stat");
  ASSERT_TRUE(test::wait_until([&] { return test::read_file(stat).find(") Z ") != std::string::npos; },
                               test::long_bound));
  const process_id id = look_at_process(pid)->id;
  EXPECT_TRUE(is_running(id));
  ASSERT_TRUE(kill_process(id));
  ASSERT_TRUE(child->wait(test::long_bound));
  EXPECT_FALSE(is_running(id));
}

TEST(process_control, a_process_has_the_whole_name_of_its_file_too) {
  const test::temp_dir folder;
  const std::filesystem::path program = folder / "a-daemon-with-a-long-name";
  std::filesystem::copy_file(std::filesystem::path(REEVE_TEST_PROGRAMS) / "bystander", program);
  test::child_options how;
  how.program = program;
  how.arguments = {"wait"};
  how.input = test::child_stdin::held_open;
  auto child = test::child::start(how);
  ASSERT_TRUE(child);
  const auto facts = look_at_process(static_cast<std::uint32_t>(child->pid()));
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->name, "a-daemon-with-a");
  EXPECT_EQ(facts->other_names, std::vector<std::string>{"a-daemon-with-a-long-name"});
  std::filesystem::remove(program); // as an update does it
  EXPECT_EQ(look_at_process(facts->id.pid)->other_names, facts->other_names);
  child->close_stdin();
  EXPECT_TRUE(child->wait(test::long_bound));
}

} // namespace
} // namespace reeve::os
