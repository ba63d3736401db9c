// SPDX-License-Identifier: Apache-2.0
#include "file_pattern.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::os {
namespace {

using testing::ElementsAre;

bool matches(std::string_view path, std::string_view pattern) {
  return matches_pattern(path, pattern, false);
}

TEST(file_pattern, a_star_stays_within_a_name_and_two_cross_folders) {
  EXPECT_TRUE(matches("/var/log/a.log", "/var/log/*.log"));
  EXPECT_FALSE(matches("/var/log/sub/a.log", "/var/log/*.log"));
  EXPECT_TRUE(matches("/var/log/sub/a.log", "/var/log/*/a.log"));
  EXPECT_TRUE(matches("/var/log/a.log", "/var/log/**/*.log"));
  EXPECT_TRUE(matches("/var/log/x/y/a.log", "/var/log/**/*.log"));
  EXPECT_TRUE(matches("/var/log/x/y", "/var/**"));
  EXPECT_FALSE(matches("/other/log/x", "/var/**"));
  EXPECT_TRUE(matches("/a/bcd", "/a/b?d"));
  EXPECT_FALSE(matches("/a/bd", "/a/b?d"));
  EXPECT_TRUE(matches("/a/xaxbxc", "/a/*a*c"));
  EXPECT_FALSE(matches("/a/xaxbx", "/a/*a*c"));
  EXPECT_FALSE(matches("/a/b/c", "/a/b"));
  EXPECT_FALSE(matches("/a/b", "/a/b/c"));
  EXPECT_TRUE(matches("/a/.hidden", "/a/*"));
  EXPECT_FALSE(matches_pattern("/A/b", "/a/*", false));
  EXPECT_TRUE(matches_pattern("/A/b", "/a/*", true));
}

TEST(file_pattern, expansion_finds_what_matching_accepts) {
  const test::temp_dir folder;
  std::filesystem::create_directories(folder / "one/two");
  for (const char* name : {"a.lock", "b.txt", "one/c.lock", "one/two/d.lock"})
    test::write_file(folder / name, "");
  std::error_code none; // Wine 8.0 has no symbolic links
  std::filesystem::create_directory_symlink(folder.path(), folder / "one/loop", none);
  const std::string root = folder.path().generic_string();
  const auto found = [&](const std::string& pattern) {
    auto paths = expand_pattern(root + pattern, false);
    EXPECT_TRUE(paths) << paths.error().message;
    std::vector<std::string> out;
    for (const std::string& path : *paths) {
      EXPECT_TRUE(matches(path, root + pattern)) << path;
      out.push_back(path.substr(root.size()));
    }
    return out;
  };
  EXPECT_THAT(found("/*.lock"), ElementsAre("/a.lock"));
  EXPECT_THAT(found("/*/*.lock"), ElementsAre("/one/c.lock"));
  EXPECT_THAT(found("/**/*.lock"), ElementsAre("/a.lock", "/one/c.lock", "/one/two/d.lock"));
  EXPECT_THAT(found("/one/t?o/d.lock"), ElementsAre("/one/two/d.lock"));
  EXPECT_THAT(found("/none/*.lock"), ElementsAre());
  EXPECT_THAT(found("/one/two/**"), ElementsAre("/one/two/d.lock"));
}

TEST(file_pattern, more_than_the_bound_is_refused) {
  const test::temp_dir folder;
  for (std::size_t i = 0; i <= max_pattern_matches; ++i)
    test::write_file(folder / std::to_string(i), "");
  const auto paths = expand_pattern(folder.path().generic_string() + "/*", false);
  ASSERT_FALSE(paths);
  EXPECT_EQ(paths.error().code, errc::limit);
}

} // namespace
} // namespace reeve::os
