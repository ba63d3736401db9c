// SPDX-License-Identifier: Apache-2.0
// The agent starts real programs, starts them again when they end, and stops them; the command line asks it to.
#include "tests/integration/reeve_command.hpp"

#include "tests/support/agent_process.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <set>

namespace reeve::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class managed_processes_test : public testing::Test {
 protected:
  std::string process(const std::string& name, const std::string& args, const std::string& more = {}) const {
    const auto program = std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name("bystander");
    return "[[process]]\nname = \"" + name + "\"\ncommand = '" + program.string() + "'\nargs = " + args +
           "\n" + more;
  }

  void start(const std::string& processes) {
    agent_options options;
    options.plugins = processes;
    auto started = agent_process::start(options);
    ASSERT_TRUE(started) << started.error().message;
    agent_ = std::move(*started);
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
    for (const boost::json::value& p : all.as_array())
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

TEST_F(managed_processes_test, run_with_the_agent_and_end_with_it) {
  start(process("web", "[\"stay\"]", "stop_timeout = \"1s\"\n") +
        process("db", "[\"stay\"]", "stop_timeout = \"1s\"\n"));
  ASSERT_TRUE(reaches("web", "running"));
  ASSERT_TRUE(reaches("db", "running"));
  EXPECT_NE(pid_of("web"), pid_of("db"));
  const auto metrics = agent_->get("/metrics");
  ASSERT_TRUE(metrics);
  EXPECT_THAT(metrics->body, HasSubstr("reeve_managed_state{name=\"web\",state=\"running\"} 1"));
  EXPECT_THAT(metrics->body, HasSubstr("reeve_managed_restarts_total{name=\"web\"} 0"));
  const finished_child stopped = run_reeve("stop", {"--instance", agent_->instance()});
  EXPECT_EQ(stopped.exit_code, 0) << stopped.output;
  ASSERT_TRUE(agent_->process().wait(long_bound));
  EXPECT_THAT(agent_->log(), HasSubstr("process: stopped name=web"));
  EXPECT_THAT(agent_->log(), HasSubstr("process: stopped name=db"));
}

TEST_F(managed_processes_test, one_that_ends_is_started_again_until_it_is_given_up) {
  start(process("crashes", "[\"exit\", \"3\"]"));
  ASSERT_TRUE(reaches("crashes", "given_up"));
  const boost::json::object s = status_of("crashes");
  EXPECT_EQ(s.at("restarts").to_number<int>(), 4);
  EXPECT_EQ(s.at("last_end").as_string(), "exit code 3");
  EXPECT_THAT(agent_->log(), HasSubstr("process: given up name=crashes reason=\"exit code 3\""));
}

TEST_F(managed_processes_test, the_restart_rule_decides) {
  start(process("once", "[\"exit\", \"3\"]", "restart = \"never\"\n") +
        process("good", "[\"exit\", \"0\"]", "restart = \"on-failure\"\n"));
  EXPECT_TRUE(reaches("once", "exited"));
  EXPECT_TRUE(reaches("good", "exited"));
  EXPECT_EQ(status_of("once").at("restarts").to_number<int>(), 0);
}

TEST_F(managed_processes_test, stop_start_and_restart_by_name_wait_and_tell) {
  start(process("web", "[\"stay\"]", "stop_timeout = \"1s\"\n"));
  ASSERT_TRUE(reaches("web", "running"));
  const std::int64_t first = pid_of("web");
  const finished_child stopped = tell("stop", {"web"});
  EXPECT_EQ(stopped.exit_code, 0) << stopped.output;
  EXPECT_THAT(stopped.output, HasSubstr("web: stopped"));
  EXPECT_EQ(pid_of("web"), 0);
  const finished_child started = tell("start", {"all"});
  EXPECT_EQ(started.exit_code, 0) << started.output;
  const std::int64_t second = pid_of("web");
  EXPECT_NE(second, 0);
  const finished_child again = tell("restart", {"web"});
  EXPECT_EQ(again.exit_code, 0) << again.output;
  const std::set<std::int64_t> pids{first, second, pid_of("web")};
  EXPECT_EQ(pids.size(), 3u);
  EXPECT_EQ(status_of("web").at("restarts").to_number<int>(), 0) << "by hand does not count";
}

TEST_F(managed_processes_test, one_that_hears_nothing_is_killed_when_its_time_is_over) {
  start(process("deaf", "[\"deaf\"]",
                "stop_timeout = \"600ms\"\noutput = '" + (folder_ / "out").string() + "'\n"));
  ASSERT_TRUE(wait_until([&] { return read_file(folder_ / "out").starts_with("ready"); }, long_bound));
  const finished_child stopped = tell("stop", {"deaf"});
  EXPECT_EQ(stopped.exit_code, 0) << stopped.output;
  EXPECT_THAT(agent_->log(), HasSubstr("process: killed name=deaf"));
}

TEST_F(managed_processes_test, what_cannot_be_started_says_why) {
  start("[[process]]\nname = \"none\"\ncommand = '" + (folder_ / "nothing").string() + "'\n" +
        process("web", "[\"stay\"]", "stop_timeout = \"1s\"\n"));
  ASSERT_TRUE(reaches("web", "running"));
  const boost::json::object s = status_of("none");
  EXPECT_THAT(std::string(s.at("last_failure").as_string()), HasSubstr("nothing"));
  EXPECT_THAT(agent_->log(), HasSubstr("process: cannot start name=none"));
}

TEST_F(managed_processes_test, an_unknown_name_is_refused_with_those_that_there_are) {
  start(process("web", "[\"stay\"]", "stop_timeout = \"1s\"\n"));
  for (const char* verb : {"start", "stop", "restart"}) {
    const finished_child answer = tell(verb, {"wbe"});
    EXPECT_EQ(answer.exit_code, 1);
    EXPECT_THAT(answer.output, HasSubstr("no managed process is named \"wbe\"; there are: web"));
  }
  EXPECT_EQ(state_of("web"), "running");
}

TEST_F(managed_processes_test, a_reload_says_that_changed_processes_wait_for_the_next_start) {
  start(process("web", "[\"stay\"]", "stop_timeout = \"1s\"\n"));
  ASSERT_TRUE(reaches("web", "running"));
  const std::int64_t before = pid_of("web");
  agent_options options;
  options.plugins = process("web", "[\"deaf\"]");
  agent_->rewrite(options);
  const auto reloaded = agent_->reload();
  ASSERT_TRUE(reloaded);
  EXPECT_THAT(reloaded->output, HasSubstr("only after a restart of the agent: process"));
  EXPECT_EQ(pid_of("web"), before);
}

TEST_F(managed_processes_test, none_is_said_plainly) {
  start("");
  const finished_child answer = tell("status", {});
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_THAT(answer.output, HasSubstr("the agent manages no process"));
}

} // namespace
} // namespace reeve::test
