// SPDX-License-Identifier: Apache-2.0
// A third party's plugin, built by one line of the compiler, in the running agent.
#include "tests/support/agent_process.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::test {
namespace {

std::string table(std::string_view more) {
  return cat("[plugin.corners]\nlibrary = '", REEVE_EXAMPLE_PLUGIN, "'\ninterval = \"100ms\"\n", more);
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

} // namespace
} // namespace reeve::test
