// SPDX-License-Identifier: Apache-2.0
// Ports as a user meets them: the agent's own is on /metrics with its owner, and `reeve port` names it, by the agent's
// answer and without an agent.
#include "tests/integration/reeve_command.hpp"
#include "tests/support/agent_process.hpp"
#include "tests/support/under_wine.hpp"

#include "reeve/base/strings.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;

class agent_ports : public testing::Test {
 protected:
  void SetUp() override {
    agent_options options;
    options.plugins = "[plugin.port-watch]\ninterval = \"200ms\"\n";
    // Wine 8.0 looks through all its processes for the owner of every single connection, seconds for a thousand.
    if (under_wine()) options.plugins = "[plugin.port-watch]\nconnections = false\ndeadline = \"1m\"\n";
    auto started = agent_process::start(options);
    ASSERT_TRUE(started) << started.error().message;
    agent_ = *std::move(started);
  }

  std::unique_ptr<agent_process> agent_;
};

TEST_F(agent_ports, the_agents_own_port_is_on_the_metrics_page) {
  const std::string port = cat(agent_->port()), pid = cat(agent_->process().pid());
  const auto metrics = agent_->metrics();
  ASSERT_TRUE(metrics) << metrics.error().message;
  EXPECT_EQ(
      metrics->value("reeve_port_listening", {{"protocol", "tcp"}, {"address", "127.0.0.1"}, {"port", port}}),
      1);
  if (under_wine()) GTEST_SKIP() << "Wine 8.0 names pid 0 as the owner of every socket";
  const exposed_sample* owner = metrics->find("reeve_port_owner_info", {{"port", port}});
  ASSERT_NE(owner, nullptr);
  EXPECT_EQ(owner->label("pid"), pid);
  EXPECT_THAT(std::string(owner->label("name")), HasSubstr("reeve"));
}

TEST_F(agent_ports, reeve_port_says_the_same_with_and_without_the_agent) {
  if (under_wine())
    GTEST_SKIP() << "Wine 8.0 takes seconds for a thousand connections that others left behind";
  const std::string port = cat(agent_->port());
  for (const std::string& instance : {agent_->instance(), std::string("there-is-no-such-agent")}) {
    const finished_child told = run_reeve("port", {port, "--json", "--instance", instance});
    EXPECT_EQ(told.exit_code, 4) << told.output;
    const boost::json::value document = boost::json::parse(told.output);
    const boost::json::value& socket = document.at_pointer("/sockets/0");
    EXPECT_EQ(socket.at("port").to_number<int>(), agent_->port());
    EXPECT_EQ(socket.at_pointer("/owners/0/pid").to_number<std::int64_t>(), agent_->process().pid());
  }
}

TEST_F(agent_ports, the_exit_status_tells_a_script) {
  if (under_wine())
    GTEST_SKIP() << "Wine 8.0 takes seconds for a thousand connections that others left behind";
  EXPECT_EQ(run_reeve("port", {cat(agent_->port()), "--quiet"}).exit_code, 4);
  EXPECT_EQ(run_reeve("port", {cat(agent_->port()), "--quiet"}).output, "");
  const std::string port = cat(agent_->port());
  ASSERT_TRUE(agent_->ask_to_stop());
  ASSERT_EQ(agent_->process().wait(long_bound), 0);
  EXPECT_EQ(run_reeve("port", {port, "--quiet"}).exit_code, 0);
  EXPECT_EQ(run_reeve("port", {}).exit_code, 2);
  EXPECT_EQ(run_reeve("port", {"99999"}).exit_code, 2);
}

} // namespace
} // namespace reeve::test
