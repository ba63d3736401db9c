// SPDX-License-Identifier: Apache-2.0
// An agent with managed processes, and what `reeve status` says of them.
#pragma once

#include "tests/integration/reeve_command.hpp"

#include "tests/support/agent_process.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace reeve::test {

class managed_processes : public testing::Test {
 protected:
  std::string process(const std::string& name, const std::string& args, const std::string& more = {}) const {
    const auto program = std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name("bystander");
    return "[[process]]\nname = \"" + name + "\"\ncommand = '" + program.string() + "'\nargs = " + args +
           "\n" + more;
  }

  void start(const std::string& processes,
             std::vector<std::pair<std::string, std::string>> environment = {}) {
    agent_options options;
    options.plugins = processes;
    options.environment = std::move(environment);
    auto started = agent_process::start(options);
    ASSERT_TRUE(started) << started.error().message;
    agent_ = std::move(*started);
  }
  void rewrite(const std::string& processes) const {
    agent_options options;
    options.plugins = processes;
    agent_->rewrite(options);
  }
  // The agent is killed, or ends as asked, and the next one begins.
  void replace_agent(bool kill) {
    if (kill) {
      ASSERT_TRUE(agent_->process().kill());
    } else {
      const finished_child stopped = tell("stop", {"--agent"});
      ASSERT_EQ(stopped.exit_code, 0) << stopped.output;
    }
    ASSERT_TRUE(agent_->process().wait(long_bound));
    const auto again = agent_->start_again();
    ASSERT_TRUE(again) << again.error().message;
  }

  finished_child tell(const char* verb, std::vector<std::string> more) {
    more.insert(more.end(), {"--instance", agent_->instance()});
    return run_reeve(verb, std::move(more));
  }

  boost::json::object status_of(const std::string& name) {
    const finished_child answer = tell("status", {"--json"});
    EXPECT_EQ(answer.exit_code, 0) << answer.output;
    if (answer.exit_code != 0) return {};
    const boost::json::value all = boost::json::parse(answer.output);
    for (const boost::json::value& p : all.at("processes").as_array())
      if (p.at("name").as_string() == name.c_str()) return p.as_object();
    ADD_FAILURE() << "no process " << name << " in " << answer.output;
    return {};
  }
  std::string state_of(const std::string& name) {
    const boost::json::object s = status_of(name);
    return s.empty() ? "" : std::string(s.at("state").as_string());
  }
  std::int64_t pid_of(const std::string& name) {
    const boost::json::object s = status_of(name);
    return s.empty() || s.at("pid").is_null() ? 0 : s.at("pid").to_number<std::int64_t>();
  }
  bool reaches(const std::string& name, const std::string& state) {
    return wait_until([&] { return state_of(name) == state; }, long_bound);
  }

  temp_dir folder_;
  std::unique_ptr<agent_process> agent_;
};

} // namespace reeve::test
