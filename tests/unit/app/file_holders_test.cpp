// SPDX-License-Identifier: Apache-2.0
#include "file_holders.hpp"

#include "tests/support/temp_dir.hpp"

#include "reeve/os/process_control.hpp"
#include "reeve/os/runtime.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <memory>

namespace reeve::app {
namespace {

using testing::HasSubstr;

class file_holders : public testing::Test {
 protected:
  std::string path_of(const char* name) const { return (folder / name).string(); }
  result<process_id> holder_of(const std::string& path) { return holder_of_file(*table, path); }

  const test::temp_dir folder;
  std::unique_ptr<os::file_lock_table> table = os::file_lock_table::create().value();
};

TEST_F(file_holders, who_has_it_open) {
  if (os::os_name() == "windows")
    GTEST_SKIP() << "there a helper program asks for the names of handles, and this test is none";
  const std::ofstream held(folder / "held");
  const auto who = holder_of(path_of("held"));
  ASSERT_TRUE(who) << who.error().message;
  EXPECT_EQ(who->pid, os::own_pid());
}

// A label's value becomes a part of the path: whatever it is, no other file is meant.
TEST_F(file_holders, of_one_file_and_nothing_that_is_below_or_like_it) {
  const std::ofstream held(folder / "held");
  const auto of_folder = holder_of(path_of(""));
  ASSERT_FALSE(of_folder);
  EXPECT_THAT(of_folder.error().message, HasSubstr("is a folder"));
  const auto of_pattern = holder_of(path_of("h*"));
  ASSERT_FALSE(of_pattern);
  EXPECT_THAT(of_pattern.error().message, HasSubstr("there is no file"));
  const auto of_relative = holder_of("held");
  ASSERT_FALSE(of_relative);
  EXPECT_THAT(of_relative.error().message, HasSubstr("is no absolute path"));
}

} // namespace
} // namespace reeve::app
