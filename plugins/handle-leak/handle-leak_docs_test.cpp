// SPDX-License-Identifier: Apache-2.0
// The README and the sample say what the code does.
#include "leak_watch.hpp"

#include "tests/support/fake_plugin_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

namespace {

using reeve::testing::fake_plugin_host;

std::string read(const std::string& name) {
  std::ifstream in(std::string(REEVE_SOURCE_DIR) + "/plugins/handle-leak/" + name, std::ios::binary);
  EXPECT_TRUE(in) << name;
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(handle_leak_docs, the_sample_is_accepted) {
  fake_plugin_host host;
  EXPECT_EQ(host.configure(read("sample.toml"), "plugin.handle-leak"), REEVE_OK) << host.last_error();
  for (const auto& r : host.config().rejections())
    ADD_FAILURE() << r.path << ": " << r.message;
  EXPECT_THAT(host.config().unread(), testing::IsEmpty());
  EXPECT_EQ(host.start(), REEVE_OK);
}

TEST(handle_leak_docs, every_key_is_in_the_readme_and_in_the_sample) {
  const std::string readme = read("README.md"), sample = read("sample.toml");
  fake_plugin_host host;
  ASSERT_EQ(host.configure("include = [\"a\"]\nresources = [\"handles\"]"), REEVE_OK);
  int keys = 0;
  for (const std::string& key : host.config().asked()) {
    if (key.ends_with("[]")) continue; // an element
    EXPECT_THAT(readme, testing::HasSubstr("| `" + key + "` |"));
    EXPECT_THAT(sample, testing::HasSubstr("\n" + key + " = "));
    ++keys;
  }
  EXPECT_EQ(keys, 11);
}

TEST(handle_leak_docs, the_readme_names_every_family_and_no_other) {
  const std::string readme = read("README.md");
  fake_plugin_host host;
  host.run("");
  const std::set<std::string> families = host.families();
  for (const std::string& f : families)
    EXPECT_THAT(readme, testing::HasSubstr("`" + f + "`"));
  for (std::size_t at = readme.find("`reeve_"); at != std::string::npos;
       at = readme.find("`reeve_", at + 1)) {
    const std::string word =
        readme.substr(at + 1, readme.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", at + 1) - at - 1);
    EXPECT_TRUE(families.contains(word)) << word;
  }
}

TEST(handle_leak_docs, the_examples_in_the_readme_are_accepted) {
  const std::string readme = read("README.md");
  int examples = 0;
  for (std::size_t at = readme.find("```toml\n"); at != std::string::npos;
       at = readme.find("```toml\n", at + 1)) {
    const std::size_t from = at + std::string_view("```toml\n").size();
    fake_plugin_host host;
    EXPECT_EQ(host.configure(readme.substr(from, readme.find("```", from) - from), "plugin.handle-leak"),
              REEVE_OK);
    for (const std::string& key : host.config().unread())
      EXPECT_EQ(key, "interval"); // the agent's own
    ++examples;
  }
  EXPECT_GE(examples, 1);
}

// The README says "13 KB at most".
TEST(handle_leak_docs, a_process_costs_no_more_memory_than_the_readme_says) {
  EXPECT_LE(reeve::handle_leak::leak_watch::bytes_per_process, 13'000u);
}

} // namespace
