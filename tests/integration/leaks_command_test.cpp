// SPDX-License-Identifier: Apache-2.0
// Whom `reeve leaks` asks. What it finds among real processes: leaks_test.
#include "tests/integration/reeve_command.hpp"
#include "tests/support/agent_process.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace reeve::test {
namespace {

boost::json::value leaks(std::vector<std::string> arguments) {
  arguments.push_back("--json");
  const finished_child told = run_reeve("leaks", std::move(arguments));
  EXPECT_EQ(told.exit_code, 0) << told.output;
  return boost::json::parse(told.output.substr(0, told.output.rfind("\n}") + 2)); // notes may follow
}

TEST(leaks_command, a_running_agent_answers_unless_it_is_said_how_to_watch) {
  agent_options options;
  options.plugins = "[plugin.handle-leak]\n";
  const auto agent = agent_process::start(options);
  ASSERT_TRUE(agent) << agent.error().message;
  const auto answered = leaks({"--instance", (*agent)->instance()});
  EXPECT_EQ(answered.at("source"), "agent");
  EXPECT_EQ(answered.at("processes").as_int64(), (*agent)->metrics()->value("reeve_leak_watched_processes"));
  EXPECT_TRUE(answered.at("readings").is_null());

  const auto watched = leaks({"--instance", (*agent)->instance(), "--for", "200ms", "--interval", "50ms"});
  EXPECT_EQ(watched.at("source"), "watch");
  EXPECT_GE(watched.at("readings").as_int64(), 2);
}

} // namespace
} // namespace reeve::test
