// SPDX-License-Identifier: Apache-2.0
// A third party's plugin, built by one line of the compiler, in the running agent.
#include "tests/support/agent_process.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::test {
namespace {

std::string table_of(std::string_view plugin, std::string_view library, std::string_view more) {
  return cat("[plugin.", plugin, "]\nlibrary = '", REEVE_EXAMPLE_DIR, "/", library, REEVE_EXAMPLE_SUFFIX,
             "'\ninterval = \"100ms\"\n", more);
}
std::string table(std::string_view more) {
  return table_of("corners", "example", more);
}

TEST(example_in_c, its_metric_appears) {
  agent_options options;
  options.plugins = table("size = 2.5\n");
  const auto agent = agent_process::start(options);
  ASSERT_TRUE(agent) << agent.error().message;
  const auto e = (*agent)->metrics();
  ASSERT_TRUE(e) << e.error().message;
  EXPECT_EQ(e->value("example_corner_distance_meters", {{"corner", "north"}}), 2.5);
  EXPECT_EQ(e->value("example_corner_distance_meters", {{"corner", "west"}}), 10);
  EXPECT_EQ(e->all("example_corner_distance_meters").size(), 4u);
  EXPECT_EQ(e->value("reeve_plugin_up", {{"plugin", "corners"}}), 1);
}

TEST(example_in_c, its_configuration_errors_are_told_with_their_place) {
  for (const auto& [lines, words] :
       {std::pair{"size = -1\n", "must not be negative"}, std::pair{"sise = 1\n", "did you mean \"size\"?"},
        std::pair{"size = \"big\"\n", "must be a number"}}) {
    agent_options options;
    options.plugins = table(lines);
    const auto agent = agent_process::start(options);
    ASSERT_FALSE(agent) << lines;
    EXPECT_THAT(agent.error().message, testing::HasSubstr(words));
    EXPECT_THAT(agent.error().message, testing::HasSubstr("reeve.toml:"));
  }
}

TEST(examples_of_the_guide, the_one_in_c_counts_its_samples) {
  agent_options options;
  options.plugins = table_of("ticks", "ticks", "");
  const auto agent = agent_process::start(options);
  ASSERT_TRUE(agent) << agent.error().message;
  EXPECT_TRUE(wait_until(
      [&] {
        const auto e = (*agent)->metrics();
        return e && e->value("example_ticks_total").value_or(0) >= 3;
      },
      long_bound));
}

TEST(examples_of_the_guide, the_one_in_cpp_counts_processes) {
  agent_options options;
  options.plugins =
      table_of("name-count", "name-count", cat("name = \"", executable_name("reeve").string(), "\"\n"));
  const auto agent = agent_process::start(options);
  ASSERT_TRUE(agent) << agent.error().message;
  const auto e = (*agent)->metrics();
  ASSERT_TRUE(e) << e.error().message;
  EXPECT_GE(e->value("example_named_processes", {{"name", executable_name("reeve").string()}}).value_or(0),
            1);
}

TEST(examples_of_the_guide, the_one_in_cpp_wants_a_name) {
  agent_options options;
  options.plugins = table_of("name-count", "name-count", "");
  const auto agent = agent_process::start(options);
  ASSERT_FALSE(agent);
  EXPECT_THAT(agent.error().message, testing::HasSubstr("say which name to count"));
}

} // namespace
} // namespace reeve::test
