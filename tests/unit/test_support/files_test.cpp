// SPDX-License-Identifier: Apache-2.0
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

#include <gtest/gtest.h>

namespace reeve::test {
namespace {

TEST(temp_dir, is_empty_distinct_and_removed) {
  std::filesystem::path path;
  {
    const temp_dir a, b;
    path = a.path();
    EXPECT_NE(a.path(), b.path());
    EXPECT_TRUE(std::filesystem::is_empty(path));
    write_file(a / "file", "one\ntwo");
    EXPECT_EQ(read_file(a / "file"), "one\ntwo");
    write_file(a / "file", "three");
    EXPECT_EQ(read_file(a / "file"), "three");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(read_file, throws_for_a_missing_file) {
  const temp_dir folder;
  EXPECT_THROW(read_file(folder / "missing"), std::filesystem::filesystem_error);
}

TEST(wait_until, returns_with_the_event_and_gives_up_at_the_bound) {
  int asked = 0;
  EXPECT_TRUE(wait_until([&] { return ++asked == 3; }, long_bound));
  EXPECT_EQ(asked, 3);
  EXPECT_FALSE(wait_until([] { return false; }, std::chrono::milliseconds(1)));
}

} // namespace
} // namespace reeve::test
