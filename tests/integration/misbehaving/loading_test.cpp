// SPDX-License-Identifier: Apache-2.0
// A library whose initialisers never return holds the system loader's lock, so nothing else can be loaded after it. The
// agent still serves, says which library it is, and ends when asked to; so does the check of its configuration.
#include "tests/integration/reeve_command.hpp"
#include "tests/support/agent_process.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;

const std::string watching = "[plugin.process-watch]\ninterval = \"100ms\"\n";
const std::string stuck = cat("[plugin.stuck]\nlibrary = '", REEVE_MISBEHAVING_DIR, "/hangs_while_loading",
                              REEVE_MISBEHAVING_SUFFIX, "'\n");

// By command: Windows tells of Ctrl+C in a thread that it starts for the purpose, and none can start now.
void expect_it_stops(agent_process& agent) {
  const auto asked = agent.stop();
  ASSERT_TRUE(asked) << asked.error().message;
  EXPECT_EQ(asked->exit_code, 0) << asked->output;
  EXPECT_EQ(agent.process().wait(long_bound), 0) << agent.log();
}

TEST(a_library_that_never_finishes_loading, is_named_and_the_agent_serves_and_ends) {
  agent_options options;
  options.plugins = watching + stuck;
  const auto agent = agent_process::start(options);
  ASSERT_TRUE(agent) << agent.error().message;
  const auto metrics = (*agent)->metrics();
  ASSERT_TRUE(metrics) << metrics.error().message;
  EXPECT_EQ(metrics->value("reeve_plugin_up", {{"plugin", "stuck"}}), 0);
  EXPECT_THAT((*agent)->log(), HasSubstr("loading its library has not returned within 5s"));

  const finished_child checked = run_reeve({"check-config", (*agent)->config_file().string()});
  EXPECT_EQ(checked.exit_code, 3) << checked.output;
  EXPECT_THAT(checked.output,
              HasSubstr("plugin stuck cannot run: loading its library has not returned within 5s"));

  expect_it_stops(**agent);
}

// The threads of plugins that ran before it have to be left behind too: on Windows none can end while it loads.
TEST(a_library_that_never_finishes_loading, keeps_no_running_plugin_and_no_agent_from_ending) {
  agent_options options;
  options.plugins = watching;
  const auto agent = agent_process::start(options);
  ASSERT_TRUE(agent) << agent.error().message;
  options.plugins = watching + stuck;
  (*agent)->rewrite(options);
  const auto reloaded = (*agent)->reload();
  ASSERT_TRUE(reloaded) << reloaded.error().message;
  EXPECT_EQ(reloaded->exit_code, 3) << reloaded->output;
  EXPECT_THAT(reloaded->output, HasSubstr("loading its library has not returned within 5s"));
  EXPECT_EQ((*agent)->metrics()->value("reeve_plugin_up", {{"plugin", "process-watch"}}), 1);

  expect_it_stops(**agent);
}

} // namespace
} // namespace reeve::test
