// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/file_lock_table.hpp"
#include "windows/file_users.hpp"
#include "windows/windows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace reeve::os {
namespace {

namespace fs = std::filesystem;

class file_lock_table_windows : public testing::Test {
 protected:
  file_lock_table_windows() {
    folder_ = fs::temp_directory_path() / ("reeve locks " + std::to_string(GetCurrentProcessId()));
    fs::create_directories(folder_ / "below");
    for (const char* name : {"a.txt", "below/b.txt"})
      std::ofstream(folder_ / name) << "text";
  }
  ~file_lock_table_windows() override { fs::remove_all(folder_); }

  file_lock_rows read(file_lock_request request) {
    auto table = file_lock_table::create();
    EXPECT_TRUE(table);
    file_lock_rows out;
    const auto done = (*table)->read(request, out);
    EXPECT_TRUE(done) << done.error().message;
    return out;
  }

  fs::path folder_;
};

TEST_F(file_lock_table_windows, files_folders_and_patterns_are_found) {
  const auto one = read({.openings = false, .paths = {(folder_ / "a.txt").string()}});
  ASSERT_EQ(one.files.size(), 1u);
  EXPECT_EQ(one.files[0].path, (folder_ / "a.txt").generic_string());
  EXPECT_TRUE(one.problems.empty());
  const auto all = read({.openings = false, .paths = {folder_.string()}});
  EXPECT_EQ(all.files.size(), 4u); // itself, two files, one folder
  EXPECT_TRUE(all.files[0].flags & locked_file::folder);
  const auto some = read({.openings = false, .paths = {(folder_ / "**" / "*.TXT").string()}});
  EXPECT_EQ(some.files.size(), 2u); // case does not matter
}

TEST_F(file_lock_table_windows, a_file_that_is_not_there_is_a_problem) {
  const auto none = read({.paths = {(folder_ / "none").string()}});
  ASSERT_EQ(none.problems.size(), 1u);
  EXPECT_EQ(none.problems[0].why.code, errc::not_found);
}

TEST_F(file_lock_table_windows, all_locks_of_the_machine_are_refused) {
  auto table = file_lock_table::create();
  ASSERT_TRUE(table);
  file_lock_rows out;
  const auto done = (*table)->read({.all = true}, out);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, errc::unsupported);
}

TEST_F(file_lock_table_windows, who_uses_a_file_is_named_by_the_file_query) {
  const std::ofstream open(folder_ / "a.txt");
  const auto users = users_by_file_query((folder_ / "a.txt").wstring());
  if (!users)
    GTEST_SKIP() << "FileProcessIdsUsingFileInformation is missing here (Wine 8.0): "
                 << users.error().message;
  EXPECT_THAT(*users, testing::Contains(GetCurrentProcessId()));
}

TEST_F(file_lock_table_windows, who_uses_a_file_is_named_by_restart_manager) {
  const std::ofstream open(folder_ / "a.txt");
  const auto users = users_by_restart_manager((folder_ / "a.txt").wstring());
  ASSERT_TRUE(users) << users.error().message;
  if (users->empty()) GTEST_SKIP() << "RmGetList names nobody here (a stub in Wine 8.0)";
  EXPECT_THAT(*users, testing::Contains(testing::Field(&process_id::pid, GetCurrentProcessId())));
}

} // namespace
} // namespace reeve::os
