// SPDX-License-Identifier: Apache-2.0
// The configuration: every key, every mistake; and the patterns for names.
#include "name_glob.hpp"

#include "tests/support/fake_plugin_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using reeve::handle_leak::matches_glob;
using reeve::testing::fake_plugin_host;
using testing::ElementsAre;
using testing::Optional;

std::vector<std::string> mistakes(const std::string& toml) {
  fake_plugin_host host;
  EXPECT_EQ(host.configure(toml), REEVE_E_ARG) << toml;
  std::vector<std::string> out;
  for (const auto& r : host.config().rejections())
    out.push_back(r.path + ": " + r.message);
  return out;
}

std::uint32_t wanted(const std::string& toml) {
  fake_plugin_host host;
  host.run(toml);
  return host.processes.wanted();
}

// Of the processes a, ab and b.
double watched(const std::string& toml) {
  fake_plugin_host host;
  host.run(toml);
  host.processes.add(1, 1, "a");
  host.processes.add(2, 2, "ab");
  host.processes.add(3, 3, "b").row.flags = REEVE_PROCESS_KERNEL_THREAD;
  EXPECT_EQ(host.sample(), REEVE_OK) << host.last_error();
  return host.value("reeve_leak_watched_processes").value_or(-1);
}

TEST(handle_leak_options, only_fields_with_a_use_are_wanted) {
  EXPECT_EQ(wanted(""), REEVE_PROCESS_OPEN_HANDLES | REEVE_PROCESS_OPEN_HANDLES_LIMIT |
                            REEVE_PROCESS_THREADS | REEVE_PROCESS_PRIVATE_MEMORY);
  EXPECT_EQ(wanted("resources = [\"threads\"]"), REEVE_PROCESS_THREADS);
}

TEST(handle_leak_options, names_choose_the_processes) {
  EXPECT_EQ(watched(""), 2);
  EXPECT_EQ(watched("kernel_threads = true"), 3);
  EXPECT_EQ(watched("include = [\"a*\"]"), 2);
  EXPECT_EQ(watched("include = [\"a?\"]"), 1);
  EXPECT_EQ(watched("include = [\"a*\"]\nexclude = [\"*b\"]"), 1);
  EXPECT_EQ(watched("exclude = [\"*\"]"), 0);
}

TEST(handle_leak_options, patterns_match_the_whole_name) {
  EXPECT_TRUE(matches_glob("java", "java"));
  EXPECT_FALSE(matches_glob("javaw", "java"));
  EXPECT_TRUE(matches_glob("", "*"));
  EXPECT_FALSE(matches_glob("", "?"));
  EXPECT_TRUE(matches_glob("a.b.c", "a*c"));
  EXPECT_TRUE(matches_glob("aXbXc", "*X?"));
  EXPECT_FALSE(matches_glob("aXbXcd", "*X?"));
}

TEST(handle_leak_options, every_mistake_is_told_at_its_place) {
  EXPECT_THAT(mistakes("include = [\"\"]"), ElementsAre("include[0]: an empty pattern matches nothing"));
  EXPECT_THAT(mistakes("resources = [\"handles\", \"sockets\"]"),
              ElementsAre("resources[1]: \"sockets\" is neither \"handles\" nor \"threads\" nor \"memory\""));
  EXPECT_THAT(mistakes("sensitivity = \"extreme\""),
              ElementsAre("sensitivity: \"extreme\" is neither \"low\" nor \"normal\" nor \"high\""));
  EXPECT_EQ(mistakes("limit_handles = -1\nmax_processes = 0\nmax_reported = 0").size(), 3u);
}

} // namespace
