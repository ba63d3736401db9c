// SPDX-License-Identifier: Apache-2.0
// The documents say what the sources say.
#include "include_rules.hpp"
#include "markdown.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

namespace fs = std::filesystem;
using namespace reeve::lint;

namespace {

const fs::path root = REEVE_SOURCE_DIR;

std::vector<std::string> documents() {
  std::vector<std::string> out{"README.md", "CONTRIBUTING.md", "CHANGELOG.md"};
  for (const auto& file : fs::directory_iterator(root / "docs"))
    if (file.path().extension() == ".md") out.push_back("docs/" + file.path().filename().string());
  for (const auto& folder : fs::directory_iterator(root / "plugins"))
    if (fs::exists(folder.path() / "README.md"))
      out.push_back("plugins/" + folder.path().filename().string() + "/README.md");
  return out;
}

TEST(architecture, its_include_table_is_the_one_that_is_checked) {
  std::map<std::string, std::set<std::string>> written;
  for (const table_row& row : table_rows(text_of_file("docs/architecture.md"), "## Who may include whom")) {
    ASSERT_EQ(row.size(), 3u) << row.at(0);
    const std::string folder = code_in(row[0]).at(0);
    for (const std::string& other : code_in(row[1]))
      written[folder].insert(other == "plugin-api" ? "api" : other);
    written[folder];
    EXPECT_EQ(row[2], fs::exists(root / "agent" / folder) ? "" : "planned") << folder;
  }
  EXPECT_EQ(written, allowed_folders());
}

TEST(architecture, its_library_table_is_the_one_that_is_checked) {
  std::vector<std::pair<std::string, std::vector<std::string>>> written, checked;
  for (const table_row& row : table_rows(text_of_file("docs/architecture.md"), "## Which library where")) {
    ASSERT_GE(row.size(), 2u);
    written.emplace_back(code_in(row[0]).at(0), code_in(row[1]));
  }
  for (const library& l : libraries())
    checked.emplace_back(l.prefix, std::vector<std::string>(l.users.begin(), l.users.end()));
  EXPECT_EQ(written, checked);
}

// "table.key" to the value as written, of the lines "key = value" outside of [plugin.NAME].
std::map<std::string, std::string> shipped_settings() {
  std::map<std::string, std::string> out;
  std::string table, line;
  std::ifstream in(root / "config" / "reeve.toml");
  while (std::getline(in, line)) {
    if (line.starts_with('[')) table = line.substr(1, line.find(']') - 1);
    const std::size_t equals = line.find(" = ");
    if (line.empty() || line[0] == '#' || equals == std::string::npos || table.starts_with("plugin."))
      continue;
    out[table + "." + line.substr(0, equals)] = line.substr(equals + 3);
  }
  return out;
}

// config/reeve.toml itself is compared with the code by config_test.
TEST(operators_guide, shows_every_setting_with_its_default) {
  std::map<std::string, std::string> written;
  for (const table_row& row : table_rows(text_of_file("docs/operators.md"), "## Configuration keys")) {
    ASSERT_EQ(row.size(), 4u) << row.at(0);
    written[code_in(row[0]).at(0)] = code_in(row[1]).at(0);
    EXPECT_NE(row[3], "") << row[0];
  }
  EXPECT_EQ(written, shipped_settings());
  EXPECT_GT(written.size(), 20u);
}

// Which settings the reload reports as needing a restart, from the code that reports them.
TEST(operators_guide, says_which_settings_need_a_restart) {
  const std::string code = text_of_file("agent/app/src/reload.cpp");
  std::set<std::string> frozen, written;
  const std::regex entry(R"re(out\.emplace_back\("([a-z_.]+)"\))re");
  for (auto at = std::sregex_iterator(code.begin(), code.end(), entry); at != std::sregex_iterator(); ++at)
    frozen.insert((*at)[1]);
  ASSERT_FALSE(frozen.empty());
  frozen.erase("process"); // [[process]] tables have a page of their own, docs/processes.md
  for (const table_row& row : table_rows(text_of_file("docs/operators.md"), "## Configuration keys"))
    if (row.at(2) == "restart") written.insert(code_in(row[0]).at(0));
  EXPECT_EQ(written, frozen);
}

TEST(operators_guide, shows_every_verb) {
  std::set<std::string> verbs, written;
  const std::regex entry(R"re(add_subcommand\(\s*"([a-z-]+)")re");
  for (const auto& file : fs::directory_iterator(root / "agent" / "cli" / "src")) {
    if (file.path().extension() != ".cpp") continue;
    const std::string code = text_of_file("agent/cli/src/" + file.path().filename().string());
    for (auto at = std::sregex_iterator(code.begin(), code.end(), entry); at != std::sregex_iterator(); ++at)
      verbs.insert((*at)[1]);
  }
  for (const table_row& row : table_rows(text_of_file("docs/operators.md"), "## Commands"))
    for (const std::string& verb : code_in(row.at(0)))
      written.insert(verb);
  EXPECT_EQ(written, verbs);
  EXPECT_GT(verbs.size(), 3u);
}

TEST(plugin_authors_guide, shows_the_examples_as_they_are_built) {
  const std::string guide = text_of_file("docs/plugin-authors.md");
  for (const char* example : {"docs/examples/ticks.c", "docs/examples/name-count.cpp"}) {
    std::string code = text_of_file(example);
    code.erase(0, code.find('\n') + 1); // the licence
    EXPECT_THAT(guide, testing::HasSubstr("\n" + code + "```\n")) << example;
  }
}

TEST(plugin_authors_guide, names_every_status) {
  const std::string guide = text_of_file("docs/plugin-authors.md"),
                    header = text_of_file("plugin-api/include/reeve/plugin.h");
  const std::regex entry(R"re(\b(REEVE_(?:OK|PARTIAL|E_[A-Z_]+)) = -?\d+)re");
  int count = 0;
  for (auto at = std::sregex_iterator(header.begin(), header.end(), entry); at != std::sregex_iterator();
       ++at, ++count)
    EXPECT_THAT(guide, testing::HasSubstr("`" + (*at)[1].str() + "`"));
  EXPECT_GT(count, 10);
}

TEST(documents, their_links_lead_somewhere) {
  int count = 0;
  for (const std::string& document : documents())
    for (std::string target : link_targets(text_of_file(document))) {
      if (target.find("://") != std::string::npos || target.starts_with('#')) continue;
      target.erase(std::min(target.find('#'), target.size()));
      EXPECT_TRUE(fs::exists((root / document).parent_path() / target)) << document << ": " << target;
      ++count;
    }
  EXPECT_GT(count, 10);
}

TEST(documents, their_presets_exist) {
  const std::string presets = text_of_file("CMakePresets.json");
  const std::regex named(R"re(--preset ([a-z-]+))re");
  int count = 0;
  for (const std::string& document : documents()) {
    const std::string text = text_of_file(document);
    for (auto at = std::sregex_iterator(text.begin(), text.end(), named); at != std::sregex_iterator();
         ++at, ++count)
      EXPECT_THAT(presets, testing::HasSubstr("\"name\": \"" + (*at)[1].str() + "\"")) << document;
  }
  EXPECT_GT(count, 0);
}

} // namespace

TEST(markdown, tables_belong_to_their_section) {
  const std::string_view text =
      "## A\n| x | y |\n|---|---|\n| `1` | a \\| b |\n\n### deeper\n| h |\n|---|\n| 2 |\n"
      "```\n| no | table |\n```\n## B\n| x |\n|---|\n| 3 |\n";
  EXPECT_EQ(table_rows(text, "## A"), (std::vector<table_row>{{"`1`", "a \\| b"}, {"2"}}));
  EXPECT_EQ(table_rows(text, "## B"), (std::vector<table_row>{{"3"}}));
  EXPECT_TRUE(table_rows(text, "## C").empty());
}

TEST(markdown, code_and_links_are_found) {
  EXPECT_EQ(code_in("`a`, b and `c d`"), (std::vector<std::string>{"a", "c d"}));
  EXPECT_EQ(link_targets("[a](b.md) [c](d#e)\n```\n[x](y)\n```\n"),
            (std::vector<std::string>{"b.md", "d#e"}));
}
