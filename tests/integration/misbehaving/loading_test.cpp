// SPDX-License-Identifier: Apache-2.0
// A library whose initialisers never return holds the system loader's lock, so nothing else can be loaded after it. The
// agent still serves, says which library it is, and ends when asked to; so does the check of its configuration.
#include "tests/support/agent_process.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;

TEST(a_library_that_never_finishes_loading, is_named_and_the_agent_serves_and_ends) {
  agent_options options;
  options.plugins = cat("[plugin.process-watch]\ninterval = \"100ms\"\n[plugin.stuck]\nlibrary = '",
                        REEVE_MISBEHAVING_DIR, "/hangs_while_loading", REEVE_MISBEHAVING_SUFFIX, "'\n");
  const auto agent = agent_process::start(options);
  ASSERT_TRUE(agent) << agent.error().message;
  const auto metrics = (*agent)->metrics();
  ASSERT_TRUE(metrics) << metrics.error().message;
  EXPECT_EQ(metrics->value("reeve_plugin_up", {{"plugin", "stuck"}}), 0);
  EXPECT_THAT((*agent)->log(), HasSubstr("loading its library has not returned within 5s"));

  const temp_dir folder;
  child_options how;
  how.output_file = folder / "output";
  how.program = std::filesystem::path(REEVE_BIN_DIR) / executable_name("reeve");
  how.arguments = {"check-config", (*agent)->config_file().string()};
  const auto checked = run(how, long_bound);
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_EQ(checked->exit_code, 3) << checked->output;
  EXPECT_THAT(checked->output,
              HasSubstr("plugin stuck cannot run: loading its library has not returned within 5s"));

  ASSERT_TRUE((*agent)->ask_to_stop());
  EXPECT_EQ((*agent)->process().wait(long_bound), 0) << (*agent)->log();
}

} // namespace
} // namespace reeve::test
