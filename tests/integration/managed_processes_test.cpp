// SPDX-License-Identifier: Apache-2.0
// The agent starts real programs, starts them again when they end, and stops them; the command line asks it to.
#include "tests/integration/managed_processes.hpp"

#include <gmock/gmock.h>

#include <set>

namespace reeve::test {
namespace {

using testing::HasSubstr;
using testing::Not;

using managed_processes_test = managed_processes;

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
  const finished_child stopped = tell("stop", {"--with-processes"});
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

// The machine has run for longer than this test takes, or else it shows nothing.
TEST_F(managed_processes_test, one_that_was_not_started_yet_is_stopped_since_the_agent_knows_it) {
  const auto began = std::chrono::steady_clock::now();
  start(process("web", "[\"stay\"]", "autostart = false\n"));
  const double shown = status_of("web").at("seconds_in_state").to_number<double>();
  EXPECT_LE(shown, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
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
  ASSERT_TRUE(wait_until(
      [&] {
        return std::filesystem::exists(folder_ / "out") && read_file(folder_ / "out").starts_with("ready");
      },
      long_bound));
  const finished_child stopped = tell("stop", {"deaf"});
  EXPECT_EQ(stopped.exit_code, 0) << stopped.output;
  EXPECT_THAT(agent_->log(), HasSubstr("process: killed name=deaf"));
}

TEST_F(managed_processes_test, what_cannot_be_started_says_why) {
  start("[[process]]\nname = \"none\"\ncommand = '" + (folder_ / "nothing").string() + "'\n" +
        process("web", "[\"stay\"]", "stop_timeout = \"1s\"\n"));
  ASSERT_TRUE(reaches("web", "running"));
  const boost::json::object s = status_of("none");
  EXPECT_THAT(std::string(s.at("failure").as_string()), HasSubstr("nothing"));
  EXPECT_THAT(agent_->log(), HasSubstr("process: cannot start name=none"));
}

TEST_F(managed_processes_test, an_unknown_name_is_refused_with_those_that_there_are) {
  start(process("web", "[\"stay\"]", "stop_timeout = \"1s\"\n"));
  ASSERT_TRUE(reaches("web", "running"));
  for (const char* verb : {"start", "stop", "restart"}) {
    const finished_child answer = tell(verb, {"wbe"});
    EXPECT_EQ(answer.exit_code, 1);
    EXPECT_THAT(answer.output,
                HasSubstr("no managed process, group or job is named \"wbe\"; there are: web"));
  }
  EXPECT_EQ(state_of("web"), "running");
}

TEST_F(managed_processes_test, a_reload_restarts_what_changed_and_nothing_else) {
  const std::string quick = "stop_timeout = \"1s\"\n";
  start(process("web", "[\"stay\"]", quick) + process("db", "[\"stay\"]", quick) +
        process("old", "[\"stay\"]", quick) + process("slow", "[\"stay\"]", quick));
  for (const char* name : {"web", "db", "old", "slow"})
    ASSERT_TRUE(reaches(name, "running"));
  const std::int64_t web = pid_of("web"), db = pid_of("db"), slow = pid_of("slow");
  rewrite(process("web", "[\"stay\"]", quick) + process("db", "[\"stay\"]", "env = { A = \"1\" }\n" + quick) +
          process("new", "[\"stay\"]", quick) + process("slow", "[\"stay\"]", "stop_timeout = \"2s\"\n"));
  const std::string expected =
      "processes started: new\nprocesses stopped: old\nprocesses restarted: db\nprocesses adjusted: slow\n";
  const finished_child before =
      tell("check-config", {agent_->config_file().string(), "--no-plugins", "--diff"});
  EXPECT_EQ(before.exit_code, 0);
  EXPECT_THAT(before.output, HasSubstr(expected));
  EXPECT_EQ(pid_of("db"), db) << "it only says so";
  const finished_child reloaded = tell("reload", {});
  EXPECT_THAT(reloaded.output, HasSubstr(expected));
  ASSERT_TRUE(reaches("new", "running"));
  ASSERT_TRUE(wait_until([&] { return state_of("db") == "running" && pid_of("db") != db; }, long_bound));
  EXPECT_EQ(pid_of("web"), web);
  EXPECT_EQ(pid_of("slow"), slow);
  EXPECT_TRUE(
      wait_until([&] { return tell("status", {}).output.find("old") == std::string::npos; }, long_bound));
}

TEST_F(managed_processes_test, a_reload_that_fails_changes_nothing_that_runs) {
  start(process("web", "[\"stay\"]", "stop_timeout = \"1s\"\n"));
  ASSERT_TRUE(reaches("web", "running"));
  const std::int64_t before = pid_of("web");
  rewrite(process("web", "[\"deaf\"]", "after = [\"web\"]\n"));
  const auto reloaded = agent_->reload();
  ASSERT_TRUE(reloaded);
  EXPECT_NE(reloaded->exit_code, 0);
  EXPECT_THAT(reloaded->output, HasSubstr("waits for itself: web -> web"));
  EXPECT_EQ(pid_of("web"), before);
  EXPECT_EQ(state_of("web"), "running");
}

TEST_F(managed_processes_test, groups_and_all_stand_for_their_processes) {
  const std::string quick = "stop_timeout = \"1s\"\n";
  start(process("web", "[\"stay\"]", "groups = [\"front\"]\n" + quick) +
        process("proxy", "[\"stay\"]", "groups = [\"front\", \"edge\"]\n" + quick) +
        process("db", "[\"stay\"]", quick));
  for (const char* name : {"web", "proxy", "db"})
    ASSERT_TRUE(reaches(name, "running"));
  EXPECT_EQ(tell("stop", {"front"}).exit_code, 0);
  EXPECT_EQ(state_of("web"), "stopped");
  EXPECT_EQ(state_of("proxy"), "stopped");
  EXPECT_EQ(state_of("db"), "running");
  EXPECT_EQ(tell("start", {"edge"}).exit_code, 0);
  EXPECT_EQ(state_of("web"), "stopped");
  EXPECT_EQ(state_of("proxy"), "running");
  EXPECT_EQ(tell("stop", {"all"}).exit_code, 0);
  EXPECT_EQ(state_of("db"), "stopped");
}

TEST_F(managed_processes_test, start_and_stop_in_the_order_that_they_ask_for) {
  const std::string quick = "stop_timeout = \"1s\"\n";
  start(process("web", "[\"stay\"]", "requires = [\"db\"]\n" + quick) + process("db", "[\"stay\"]", quick) +
        process("log", "[\"stay\"]", "after = [\"web\"]\n" + quick));
  ASSERT_TRUE(reaches("log", "running"));
  const std::string started = agent_->log();
  EXPECT_LT(started.find("started name=db"), started.find("started name=web"));
  EXPECT_LT(started.find("started name=web"), started.find("started name=log"));
  EXPECT_EQ(tell("stop", {"db"}).exit_code, 0);
  EXPECT_TRUE(reaches("web", "stopped")) << "it requires db";
  EXPECT_EQ(state_of("log"), "running") << "it only came after";
  const std::string stopped = agent_->log();
  EXPECT_LT(stopped.find("stopped name=web"), stopped.find("stopped name=db"));
  EXPECT_EQ(tell("start", {"web"}).exit_code, 0);
  EXPECT_EQ(state_of("db"), "running") << "with what it requires";
}

TEST_F(managed_processes_test, hooks_run_in_their_places_and_temporary_files_go) {
  const auto program = (std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name("bystander")).string();
  const auto hook = [&](const char* key) {
    return std::string(key) + " = ['" + program + "', \"environment\", \"REEVE_HOOK\"]\n";
  };
  const std::filesystem::path pid_file = folder_ / "pid";
  start(process("web", "[\"stay\"]",
                "stop_timeout = \"2s\"\n" + hook("pre_start") + hook("post_start") + hook("pre_stop") +
                    hook("post_stop") + "temporary_files = ['" + pid_file.string() + "']\n"));
  ASSERT_TRUE(reaches("web", "running"));
  write_file(pid_file, "1");
  EXPECT_EQ(tell("stop", {"web"}).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(pid_file));
  std::string hooks =
      read_file(agent_->state_folder() / agent_->instance() / "processes" / "web" / "hooks.log");
  std::erase(hooks, '\r');
  EXPECT_EQ(hooks, "pre_start\npost_start\npre_stop\npost_stop\n");
}

TEST_F(managed_processes_test, a_hook_that_fails_is_told_and_the_process_not_started) {
  const auto program = (std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name("bystander")).string();
  start(process("web", "[\"stay\"]",
                "restart = \"never\"\npre_start = ['" + program + "', \"exit\", \"3\"]\n"));
  ASSERT_TRUE(reaches("web", "exited"));
  EXPECT_EQ(status_of("web").at("failure").as_string(), "the hook pre_start: exit code 3");
  EXPECT_THAT(agent_->log(), HasSubstr("hook failed name=web reason=\"pre_start: exit code 3\""));
  EXPECT_THAT(agent_->log(), Not(HasSubstr("started name=web")));
}

TEST_F(managed_processes_test, what_they_wrote_is_shown) {
  start(process("web", "[\"lines\", \"3000\"]", "restart = \"never\"\noutput_max_size = \"10KB\"\n") +
        process("quiet", "[\"stay\"]", "output = \"none\"\nstop_timeout = \"1s\"\n"));
  ASSERT_TRUE(reaches("web", "exited"));
  EXPECT_EQ(tell("logs", {"web", "-n", "3"}).output, "line 2997\nline 2998\nline 2999\n");
  const finished_child many = tell("logs", {"web", "-n", "900"});
  EXPECT_TRUE(many.output.starts_with("line 2100\n")) << many.output.substr(0, 100);
  EXPECT_TRUE(many.output.ends_with("line 2999\n"));
  EXPECT_THAT(tell("logs", {"quiet"}).output, HasSubstr("writes to no file"));
  EXPECT_THAT(tell("logs", {"wbe"}).output, HasSubstr("no managed process or group is named \"wbe\""));
}

TEST_F(managed_processes_test, none_is_said_plainly) {
  start("");
  const finished_child answer = tell("status", {});
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_THAT(answer.output, HasSubstr("the agent manages no process"));
}

} // namespace
} // namespace reeve::test
