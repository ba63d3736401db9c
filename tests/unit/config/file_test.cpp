// SPDX-License-Identifier: Apache-2.0
#include "load_text.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace reeve::config {
namespace {

using test::config_folder;
using test::problems_of;
using ::testing::ElementsAre;
using ::testing::StartsWith;

TEST(File, MissingIsOneProblemWithAHint) {
  const reeve::test::temp_dir folder;
  const std::string path = test::utf8(folder / "none.toml");
  const loaded l = load(path);
  EXPECT_FALSE(l.value.has_value());
  ASSERT_EQ(l.problems.size(), 1u);
  EXPECT_EQ(l.problems[0].where.file, path);
  EXPECT_EQ(l.problems[0].where.line, 0u);
  EXPECT_THAT(l.problems[0].message, StartsWith("cannot read the file: "));
  EXPECT_EQ(l.problems[0].hint, "name the configuration file with --config FILE");
  EXPECT_THAT(l.files, ElementsAre(path));
}

TEST(File, AnEmptyNameIsAProblem) {
  const loaded l = load("");
  EXPECT_FALSE(l.value.has_value());
  EXPECT_FALSE(l.problems.empty());
}

TEST(File, ADirectoryIsAProblem) {
  const reeve::test::temp_dir folder;
  const loaded l = load(test::utf8(folder.path()));
  ASSERT_EQ(l.problems.size(), 1u);
  EXPECT_EQ(l.problems[0].message, "cannot read the file: it is a directory");
}

TEST(File, WithoutReadAccessIsAProblem) {
  const config_folder folder("");
  std::filesystem::permissions(folder.path(), std::filesystem::perms::none);
  if (std::ifstream(folder.path())) GTEST_SKIP() << "this account may read everything";
  const loaded l = folder.load();
  ASSERT_EQ(l.problems.size(), 1u);
  EXPECT_THAT(l.problems[0].message, StartsWith("cannot read the file: "));
  EXPECT_EQ(l.problems[0].hint, "");
}

TEST(File, OneThatFailsWhileItIsReadIsAProblem) {
  // Opens for everybody, and no process has memory at address 0 to read.
  if (!std::filesystem::exists("/proc/self/mem")) GTEST_SKIP() << "no such file here";
  const loaded l = load("/proc/self/mem");
  ASSERT_EQ(l.problems.size(), 1u);
  EXPECT_THAT(l.problems[0].message, StartsWith("cannot read the file: "));
}

TEST(File, OneMebibyteIsReadAndOneByteMoreIsNot) {
  const std::string comment(1u << 20, '#');
  EXPECT_TRUE(test::load_text(comment).value.has_value());
  EXPECT_THAT(problems_of(comment + "#"), ElementsAre("0:0: cannot read the file: it is larger than 1 MiB"));
  EXPECT_THAT(problems_of(std::string(10'000'000, '#')),
              ElementsAre("0:0: cannot read the file: it is larger than 1 MiB"));
}

TEST(File, AByteOrderMarkAndWindowsLineEndsAreFine) {
  const loaded good = test::load_text("\xEF\xBB\xBF[http]\r\ngzip = false\r\n\r\n");
  ASSERT_TRUE(good.value.has_value());
  EXPECT_FALSE(good.value->http.gzip);

  const loaded bad = test::load_text("\xEF\xBB\xBFhtp = 1\r\n[log]\r\nlevel = 1\r\n");
  ASSERT_EQ(bad.problems.size(), 2u);
  EXPECT_EQ(bad.problems[0].where.column, 1u);
  EXPECT_EQ(bad.problems[0].excerpt, "htp = 1");
  EXPECT_EQ(bad.problems[1].where.line, 3u);
  EXPECT_EQ(bad.problems[1].excerpt, "level = 1");
}

TEST(File, Utf16IsNamed) {
  for (const std::string_view text :
       {std::string_view("\xFF\xFE[\0h\0", 6), std::string_view("\xFE\xFF\0[\0h", 6)})
    EXPECT_THAT(problems_of(text),
                ElementsAre(StartsWith("0:0: the file is UTF-16, it must be UTF-8 | save it as UTF-8")));
}

TEST(File, InvalidUtf8IsNamedWithItsPlace) {
  EXPECT_THAT(problems_of("# ok\n# \xC3\xA9 \xE6\xBC\xA2 \xFF and \xFE\n"),
              ElementsAre("2:7: the file is not UTF-8 from here on | save it as UTF-8"));
  EXPECT_THAT(problems_of("a = 1\n# \xC3"),
              ElementsAre("2:3: the file is not UTF-8 from here on | save it as UTF-8"));
  const loaded l = test::load_text("# \xFF");
  ASSERT_EQ(l.problems.size(), 1u);
  EXPECT_TRUE(is_utf8(l.problems[0].excerpt));
}

TEST(File, ANulByteIsASyntaxError) {
  using namespace std::string_view_literals;
  EXPECT_THAT(problems_of("a = 1\n\0\n"sv), ElementsAre(StartsWith("2:1: syntax error")));
}

TEST(File, NestingHasABound) {
  std::string key = "a";
  for (int i = 0; i < 300'000; ++i)
    key += ".a";
  EXPECT_THAT(problems_of(key + " = 1"), ElementsAre("1:1: more than 200 dots in one line"));
  EXPECT_THAT(problems_of("[" + key + "]"), ElementsAre("1:1: more than 200 dots in one line"));
  EXPECT_FALSE(
      test::load_text("x = " + std::string(300'000, '[') + std::string(300'000, ']')).value.has_value());
}

TEST(File, DotsInTextAndCommentsDoNotCount) {
  std::string addresses;
  for (int i = 1; i < 200; ++i)
    addresses += cat(i > 1 ? ", " : "", "\"10.0.0.", i, "\", '10.1.1.", i, "'");
  const loaded l =
      test::load_text(cat("[plugin.x]\nlist = [", addresses, "] #", std::string(500, '.'), "\n"));
  ASSERT_TRUE(l.value.has_value());
  EXPECT_EQ(l.value->plugins[0].options.find("list")->as_array()->size(), 398u);
}

TEST(File, ALongLineIsCutInTheExcerpt) {
  const loaded l = test::load_text(cat("x = \"", std::string(100'000, 'y'), "\""));
  ASSERT_EQ(l.problems.size(), 1u);
  EXPECT_EQ(l.problems[0].excerpt.size(), 400u);
}

TEST(File, ANameOutsideOfAsciiIsFound) {
  const reeve::test::temp_dir folder;
  const std::filesystem::path path = folder.path() / std::filesystem::path(u8"r\u00e9glages \u6f22.toml");
  std::ofstream(path, std::ios::binary) << "[http]\ngzip = false\n";
  const loaded l = load(test::utf8(path));
  ASSERT_TRUE(l.value.has_value());
  EXPECT_FALSE(l.value->http.gzip);
}

} // namespace
} // namespace reeve::config
