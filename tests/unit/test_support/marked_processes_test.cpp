// SPDX-License-Identifier: Apache-2.0
#include "tests/support/marked_processes.hpp"

#include "tests/support/child.hpp"
#include "tests/support/process_habits.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace reeve::test {
namespace {

constexpr const char* name = "REEVE_MARK";

class marked_processes_test : public testing::Test {
 protected:
  child start(const char* program, const char* verb, const std::string& value) {
    child_options how;
    how.program = std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name(program);
    how.arguments = {verb};
    how.environment = {{name, value}};
    how.input = child_stdin::held_open;
    how.output_file = folder_ / value;
    auto started = child::start(how);
    if (!started) throw std::runtime_error(started.error().message);
    EXPECT_TRUE(wait_until([&] { return started->output().find("ready") != std::string::npos; }, long_bound));
    return std::move(*started);
  }
  // Of this test alone, whatever else runs.
  std::string value(const char* end) const { return std::to_string(own_pid()) + end; }

  temp_dir folder_;
};

TEST_F(marked_processes_test, are_found_by_name_and_whole_value) {
  const child first = start("bystander", "wait", value("a")),
              second = start("bystander", "wait", value("ab"));
  EXPECT_EQ(marked_processes(name, value("a")), std::vector{first.pid()});
  EXPECT_EQ(marked_processes(name, value("ab")), std::vector{second.pid()});
  EXPECT_TRUE(marked_processes(name, value("")).empty());
  EXPECT_TRUE(marked_processes("EEVE_MARK", value("a")).empty());
}

TEST_F(marked_processes_test, are_found_when_they_have_inherited_it_and_their_parent_is_gone) {
  child parent = start("relatives", "deaf", value("deaf"));
  std::vector<std::int64_t> both = marked_processes(name, value("deaf"));
  ASSERT_EQ(both.size(), 2u);
  ASSERT_EQ(std::ranges::count(both, parent.pid()), 1);
  ASSERT_TRUE(parent.kill());
  ASSERT_TRUE(parent.wait(long_bound));
  std::erase(both, parent.pid());
  EXPECT_EQ(marked_processes(name, value("deaf")), both);
  EXPECT_TRUE(kill_process(both.front()));
  EXPECT_TRUE(wait_until([&] { return marked_processes(name, value("deaf")).empty(); }, long_bound));
}

TEST_F(marked_processes_test, are_none_once_they_have_ended) {
  child one = start("bystander", "wait", value("end"));
  ASSERT_EQ(marked_processes(name, value("end")).size(), 1u);
  one.close_stdin();
  ASSERT_TRUE(one.wait(long_bound));
  EXPECT_TRUE(marked_processes(name, value("end")).empty()) << "its handle is still held";
}

} // namespace
} // namespace reeve::test
