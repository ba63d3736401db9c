// SPDX-License-Identifier: Apache-2.0
#include "load_text.hpp"

#include <gmock/gmock.h>

namespace reeve::config {
namespace {

using namespace std::chrono_literals;
using test::config_folder;
using ::testing::ElementsAre;
using ::testing::StartsWith;

TEST(ConfD, TablesMergeAndArraysOfTablesAppendInTheOrderOfTheNames) {
  config_folder folder("[http]\ngzip = false\n[[plugin.watch.group]]\nname = \"a\"\n");
  folder.write("conf.d/20-b.toml", "[[plugin.watch.group]]\nname = \"c\"\n[plugin.leak]\n");
  folder.write("conf.d/10-a.toml", "[http]\nmax_connections = 7\n[[plugin.watch.group]]\nname = \"b\"\n"
                                   "[plugin.watch]\ninterval = \"3s\"\n");
  const loaded l = folder.load();
  ASSERT_TRUE(l.value.has_value());
  EXPECT_FALSE(l.value->http.gzip);
  EXPECT_EQ(l.value->http.max_connections, 7u);
  ASSERT_EQ(l.value->plugins.size(), 2u);
  EXPECT_EQ(l.value->plugins[0].name, "watch");
  EXPECT_EQ(l.value->plugins[0].interval, 3s);
  EXPECT_EQ(l.value->plugins[1].name, "leak");
  std::string names;
  for (const value_node& group : *l.value->plugins[0].options.find("group")->as_array())
    names += std::get<std::string>(group.find("name")->value);
  EXPECT_EQ(names, "abc");
  EXPECT_THAT(l.files, ElementsAre(test::utf8(folder.path()), test::utf8(folder.path("conf.d") / "10-a.toml"),
                                   test::utf8(folder.path("conf.d") / "20-b.toml")));
}

TEST(ConfD, AKeyGivenTwiceNamesBothPlaces) {
  config_folder folder("[http]\ngzip = false\nlisten = [\"[::1]:1\"]\n[plugin.watch]\ngroup = 1\n");
  folder.write("conf.d/a.toml", "[http]\n  gzip = false\nlisten = [\"[::1]:2\"]\n");
  folder.write("conf.d/b.toml", "log = { level = \"warn\" }\n[[plugin.watch.group]]\nname = \"b\"\n");
  folder.write("conf.d/c.toml", "log = 1\n");
  constexpr const char* hint =
      " | remove one of the two: files in conf.d add to the main file and cannot replace its values";
  EXPECT_THAT(
      folder.problems(),
      ElementsAre(cat("conf.d/a.toml:2:3: http.gzip is already set at reeve.toml:2:1", hint),
                  cat("conf.d/a.toml:3:1: http.listen is already set at reeve.toml:3:1", hint),
                  cat("conf.d/b.toml:2:16: plugin.watch.group is already set at reeve.toml:5:1", hint),
                  cat("conf.d/c.toml:1:1: log is already set at conf.d/b.toml:1:1", hint)));
}

TEST(ConfD, ASyntaxErrorEndsItsFileOnly) {
  config_folder folder("[http\n");
  folder.write("conf.d/a.toml", "[log]\nlevel = 1\n");
  folder.write("conf.d/b.toml", "x\n");
  EXPECT_THAT(folder.problems(),
              ElementsAre(StartsWith("1:6: syntax error"), StartsWith("conf.d/a.toml:2:9: log.level"),
                          StartsWith("conf.d/b.toml:1:2: syntax error")));
}

TEST(ConfD, ProblemsInAnAddedFileCarryItsNameAndLine) {
  config_folder folder("");
  folder.write("conf.d/a.toml", "# first\n[log]\n\tlevel = 1\n");
  const loaded l = folder.load();
  ASSERT_EQ(l.problems.size(), 1u);
  EXPECT_EQ(l.problems[0].where.file, l.files[1]);
  EXPECT_EQ(l.problems[0].excerpt, "\tlevel = 1");
}

TEST(ConfD, OtherAndHiddenFilesAreLeftAlone) {
  config_folder folder("");
  folder.write("conf.d/README.md", "not toml");
  folder.write("conf.d/a.toml.bak", "not toml");
  folder.write("conf.d/.a.toml.swp.toml", "not toml");
  const loaded l = folder.load();
  EXPECT_TRUE(l.value.has_value());
  EXPECT_EQ(l.files.size(), 1u);
}

TEST(ConfD, AFolderNamedLikeAFileIsAProblem) {
  config_folder folder("");
  folder.write("conf.d/a.toml/x", "");
  EXPECT_THAT(folder.problems(), ElementsAre("conf.d/a.toml:0:0: cannot read the file: it is a directory"));
}

TEST(ConfD, AFileNamedLikeTheFolderIsNone) {
  config_folder folder("");
  folder.write("conf.d", "");
  EXPECT_TRUE(folder.load().value.has_value());
}

} // namespace
} // namespace reeve::config
