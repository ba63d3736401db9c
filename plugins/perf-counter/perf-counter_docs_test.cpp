// SPDX-License-Identifier: Apache-2.0
// The README and the sample say what the code does.
#include "tests/support/fake_plugin_host.hpp"
#include "tests/support/plugin_docs.hpp"

#include "reeve/os/counter_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace {

using reeve::testing::fake_plugin_host;

const reeve::testing::plugin_docs docs("perf-counter",
                                       "sets = [\"cpu\"]\n[[counter]]\nfile = \"/x\"\nname = \"x\"\n");

TEST(perf_counter_docs, the_sample_is_accepted) {
  docs.expect_sample_accepted();
}

TEST(perf_counter_docs, every_key_is_in_the_readme_and_in_the_sample) {
  EXPECT_EQ(docs.expect_keys_documented(), 12);
}

// The whole catalogue of the agent, through the plugin.
TEST(perf_counter_docs, the_readme_names_every_family_and_no_other) {
  const std::string readme = docs.read("README.md");
  fake_plugin_host host;
  for (const reeve::os::counter_measure& m : reeve::os::catalogue()) {
    host.counters.measures.push_back(
        {m.name, m.help, m.unit, static_cast<std::uint32_t>(m.kind), m.label_keys[0], m.label_keys[1]});
    host.counters.rows.push_back({"cpu", m.name, 1, "one", "two"});
  }
  host.run("");
  ASSERT_EQ(host.sample(), REEVE_OK);
  EXPECT_THAT(host.violations(), testing::IsEmpty());
  const std::set<std::string> families = host.families();
  EXPECT_GT(families.size(), 50u);
  for (const std::string& f : families)
    EXPECT_THAT(readme, testing::HasSubstr("`" + f + "`"));
  for (std::size_t at = readme.find('`'); at != std::string::npos; at = readme.find('`', at + 1)) {
    const std::string word =
        readme.substr(at + 1, readme.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", at + 1) - at - 1);
    EXPECT_TRUE(!word.starts_with("reeve_") || word == "reeve_perf_" || families.contains(word)) << word;
  }
}

TEST(perf_counter_docs, the_examples_in_the_readme_are_accepted) {
  const std::string readme = docs.read("README.md");
  int examples = 0;
  for (std::size_t at = readme.find("```toml\n"); at != std::string::npos;
       at = readme.find("```toml\n", at + 1)) {
    const std::size_t from = at + std::string_view("```toml\n").size();
    fake_plugin_host host;
    EXPECT_EQ(host.configure(readme.substr(from, readme.find("```", from) - from), "plugin.perf-counter"),
              REEVE_OK);
    EXPECT_THAT(host.config().unread(), testing::IsEmpty());
    // What the agent itself would say.
    for (const auto& w : host.counters.wanted()) {
      const auto good =
          reeve::os::check({static_cast<reeve::os::counter_origin>(w.origin), w.name, w.argument});
      EXPECT_TRUE(good) << good.error().message;
    }
    ++examples;
  }
  EXPECT_GE(examples, 4);
}

} // namespace
