// SPDX-License-Identifier: Apache-2.0
#include "tests/support/plugin_docs.hpp"

#include "tests/support/fake_plugin_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

namespace reeve::testing {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string plugin_docs::read(const std::string& file) const {
  std::ifstream in(std::string(REEVE_SOURCE_DIR) + "/plugins/" + plugin_ + "/" + file, std::ios::binary);
  EXPECT_TRUE(in) << file;
  return {std::istreambuf_iterator<char>(in), {}};
}

void plugin_docs::expect_sample_accepted() const {
  fake_plugin_host host;
  EXPECT_EQ(host.configure(read("sample.toml"), "plugin." + plugin_), REEVE_OK) << host.last_error();
  for (const auto& r : host.config().rejections())
    ADD_FAILURE() << r.path << ": " << r.message;
  EXPECT_THAT(host.config().unread(), IsEmpty());
  EXPECT_EQ(host.start(), REEVE_OK) << host.last_error();
}

int plugin_docs::expect_keys_documented() const {
  const std::string readme = read("README.md"), sample = read("sample.toml");
  fake_plugin_host host;
  EXPECT_EQ(host.configure(everything_), REEVE_OK) << host.last_error();
  int keys = 0;
  for (std::string key : host.config().asked()) {
    if (key.empty() || key.ends_with("[]")) continue; // the whole table, an element
    if (const std::size_t inner = key.rfind("[]."); inner != key.npos) key.erase(0, inner + 3);
    EXPECT_THAT(readme, HasSubstr("| `" + key + "` |"));
    const bool assigned = sample.find("\n" + key + " = ") != std::string::npos;
    const bool table = sample.find("\n[[plugin." + plugin_ + "." + key + "]]") != std::string::npos;
    EXPECT_TRUE(assigned || table) << key << " is not in sample.toml";
    ++keys;
  }
  return keys;
}

void plugin_docs::expect_families_documented(const std::vector<std::string_view>& prefixes) const {
  const std::string readme = read("README.md");
  fake_plugin_host host;
  host.run(everything_);
  const std::set<std::string> families = host.families();
  for (const std::string& f : families)
    EXPECT_THAT(readme, HasSubstr("`" + f + "`"));
  for (std::size_t at = readme.find('`'); at != std::string::npos; at = readme.find('`', at + 1)) {
    const std::string word =
        readme.substr(at + 1, readme.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", at + 1) - at - 1);
    const bool metric =
        word.starts_with("reeve_") || std::any_of(prefixes.begin(), prefixes.end(),
                                                  [&](std::string_view p) { return word.starts_with(p); });
    EXPECT_TRUE(!metric || families.contains(word)) << word << " is no metric of this plugin";
  }
}

int plugin_docs::expect_examples_accepted() const {
  const std::string readme = read("README.md");
  constexpr std::string_view begin = "```toml\n";
  int examples = 0;
  for (std::size_t at = readme.find(begin); at != std::string::npos; at = readme.find(begin, at + 1)) {
    const std::size_t from = at + begin.size();
    fake_plugin_host host;
    EXPECT_EQ(host.configure(readme.substr(from, readme.find("```", from) - from), "plugin." + plugin_),
              REEVE_OK);
    for (const std::string& key : host.config().unread())
      EXPECT_TRUE(key == "enabled" || key == "interval" || key == "deadline" || key == "max_age")
          << key << " is neither the plugin's nor the agent's";
    ++examples;
  }
  return examples;
}

} // namespace reeve::testing
