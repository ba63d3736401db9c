// SPDX-License-Identifier: Apache-2.0
// The README and the sample say what the code does.
#include "tests/support/fake_plugin_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

namespace {

using reeve::testing::fake_plugin_host;

std::string read(const std::string& name) {
  std::ifstream in(std::string(REEVE_SOURCE_DIR) + "/plugins/process-watch/" + name, std::ios::binary);
  EXPECT_TRUE(in) << name;
  return {std::istreambuf_iterator<char>(in), {}};
}

// A configuration in which every key is read and every family registered.
constexpr const char* everything = R"(
per_process = true
compat = ["namedprocess", "windows"]
[[group]]
process = ["a"]
)";

TEST(process_watch_docs, the_sample_is_accepted) {
  fake_plugin_host host;
  EXPECT_EQ(host.configure(read("sample.toml"), "plugin.process-watch"), REEVE_OK) << host.last_error();
  for (const auto& r : host.config().rejections())
    ADD_FAILURE() << r.path << ": " << r.message;
  EXPECT_THAT(host.config().unread(), testing::IsEmpty());
  EXPECT_EQ(host.start(), REEVE_OK);
}

TEST(process_watch_docs, every_key_is_in_the_readme_and_in_the_sample) {
  const std::string readme = read("README.md");
  const std::string sample = read("sample.toml");
  fake_plugin_host host;
  ASSERT_EQ(host.configure(everything), REEVE_OK);
  int keys = 0;
  for (std::string key : host.config().asked()) {
    if (key.ends_with("[]")) continue; // an element
    if (key.starts_with("group[].")) key.erase(0, std::string_view("group[].").size());
    EXPECT_THAT(readme, testing::HasSubstr("| `" + key + "` |"));
    const bool assigned = sample.find("\n" + key + " = ") != std::string::npos;
    EXPECT_TRUE(assigned || key == "group") << key;
    ++keys;
  }
  EXPECT_EQ(keys, 20);
}

TEST(process_watch_docs, the_readme_names_every_family_and_no_other) {
  const std::string readme = read("README.md");
  fake_plugin_host host;
  host.run(everything);
  const std::set<std::string> families = host.families();
  for (const std::string& f : families)
    EXPECT_THAT(readme, testing::HasSubstr("`" + f + "`"));
  for (std::size_t at = readme.find('`'); at != std::string::npos; at = readme.find('`', at + 1)) {
    const std::string word =
        readme.substr(at + 1, readme.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", at + 1) - at - 1);
    const bool metric =
        word.starts_with("reeve_") || word.starts_with("namedprocess_") || word.starts_with("windows_");
    EXPECT_TRUE(!metric || families.contains(word)) << word;
  }
}

TEST(process_watch_docs, the_examples_in_the_readme_are_accepted) {
  const std::string readme = read("README.md");
  int examples = 0;
  for (std::size_t at = readme.find("```toml\n"); at != std::string::npos;
       at = readme.find("```toml\n", at + 1)) {
    const std::size_t from = at + std::string_view("```toml\n").size();
    fake_plugin_host host;
    EXPECT_EQ(host.configure(readme.substr(from, readme.find("```", from) - from), "plugin.process-watch"),
              REEVE_OK);
    EXPECT_THAT(host.config().unread(), testing::IsEmpty());
    ++examples;
  }
  EXPECT_GE(examples, 3);
}

} // namespace
