// SPDX-License-Identifier: Apache-2.0
// The agent ends, is killed and comes back; its processes live on and nothing of them is forgotten.
#include "tests/integration/managed_processes.hpp"

#include <gmock/gmock.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class managed_survival_test : public managed_processes {
 protected:
  std::filesystem::path folder_of(const std::string& name) const {
    return agent_->state_folder() / agent_->instance() / "processes" / name;
  }
  // Empty while it is being replaced, which is not at once on Windows.
  std::string record_of(const std::string& name) const {
    try {
      return read_file(folder_of(name) / "record");
    } catch (const std::exception&) {
      return {};
    }
  }
  // The line of that metric, empty without one.
  std::string line_of(const std::string& series) const {
    const auto metrics = agent_->get("/metrics");
    const std::size_t at = metrics ? metrics->body.find("\n" + series + " ") : std::string::npos;
    return at == std::string::npos ? std::string()
                                   : metrics->body.substr(at + 1, metrics->body.find('\n', at + 1) - at - 1);
  }
  int restarts_of(const std::string& name) { return status_of(name).at("restarts").to_number<int>(); }
  // Ends by itself, with that code, when the file "go" is there.
  std::string waits(const std::string& name, const char* code, const std::string& more = {}) const {
    return process(name, "[\"wait-for\", '" + (folder_ / "go").string() + "', \"" + code + "\"]", more);
  }
};

TEST_F(managed_survival_test, processes_go_on_without_their_agent_and_with_the_next) {
  start(process("web", "[\"stay\"]", "stop_timeout = \"1s\"\n"));
  ASSERT_TRUE(reaches("web", "running"));
  const std::int64_t pid = pid_of("web");
  const std::string began = line_of("reeve_managed_start_time_seconds{name=\"web\"}");
  EXPECT_NE(began, "");
  for (const bool kill : {false, true}) {
    replace_agent(kill);
    ASSERT_TRUE(reaches("web", "running"));
    EXPECT_EQ(pid_of("web"), pid);
    EXPECT_EQ(restarts_of("web"), 0);
    EXPECT_EQ(line_of("reeve_managed_start_time_seconds{name=\"web\"}"), began);
    EXPECT_THAT(agent_->log(), HasSubstr("goes on name=web pid=" + std::to_string(pid)));
  }
  EXPECT_EQ(tell("stop", {"web"}).exit_code, 0) << "one that was adopted is stopped like any other";
  EXPECT_EQ(pid_of("web"), 0);
}

TEST_F(managed_survival_test, an_end_that_no_agent_saw_is_known_with_its_exit_code) {
  start(waits("job", "0", "restart = \"on-failure\"\n") + waits("bad", "7", "restart = \"never\"\n"));
  ASSERT_TRUE(reaches("job", "running"));
  ASSERT_TRUE(reaches("bad", "running"));
  ASSERT_TRUE(agent_->process().kill());
  ASSERT_TRUE(agent_->process().wait(long_bound));
  write_file(folder_ / "go", "");
  for (const char* name : {"job", "bad"})
    ASSERT_TRUE(
        wait_until([&] { return record_of(name).find("phase ended") != std::string::npos; }, long_bound));
  ASSERT_TRUE(agent_->start_again());
  EXPECT_EQ(state_of("job"), "exited") << "it ended well, so it is not started again";
  EXPECT_EQ(state_of("bad"), "exited");
  EXPECT_EQ(status_of("bad").at("last_end").as_string(), "exit code 7");
}

TEST_F(managed_survival_test, counts_and_delays_go_on) {
  start(process("crashes", "[\"exit\", \"3\"]"));
  ASSERT_TRUE(wait_until([&] { return restarts_of("crashes") == 2 && state_of("crashes") == "waiting"; },
                         long_bound));
  replace_agent(true);
  EXPECT_GE(restarts_of("crashes"), 2);
  ASSERT_TRUE(reaches("crashes", "given_up"));
  EXPECT_EQ(restarts_of("crashes"), 4) << "five ends in all";
  replace_agent(false);
  EXPECT_EQ(state_of("crashes"), "given_up");
  EXPECT_EQ(tell("reset", {"crashes"}).exit_code, 0);
  EXPECT_EQ(state_of("crashes"), "stopped");
}

TEST_F(managed_survival_test, one_that_was_stopped_by_hand_stays_stopped) {
  start(process("web", "[\"stay\"]", "stop_timeout = \"1s\"\n"));
  ASSERT_TRUE(reaches("web", "running"));
  ASSERT_EQ(tell("stop", {"web"}).exit_code, 0);
  replace_agent(true);
  EXPECT_EQ(state_of("web"), "stopped");
}

TEST_F(managed_survival_test, a_torn_or_foreign_state_is_put_aside_and_what_runs_is_found_all_the_same) {
  start(process("web", "[\"stay\"]", "stop_timeout = \"1s\"\n") +
        process("db", "[\"stay\"]", "stop_timeout = \"1s\"\n"));
  ASSERT_TRUE(reaches("web", "running"));
  ASSERT_TRUE(reaches("db", "running"));
  const std::int64_t pid = pid_of("web");
  ASSERT_TRUE(agent_->process().kill());
  ASSERT_TRUE(agent_->process().wait(long_bound));
  write_file(folder_of("web") / "state", read_file(folder_of("web") / "state").substr(0, 40));
  write_file(folder_of("db") / "state", "written by something else");
  ASSERT_TRUE(agent_->start_again());
  ASSERT_TRUE(reaches("web", "running"));
  ASSERT_TRUE(reaches("db", "running"));
  EXPECT_EQ(pid_of("web"), pid);
  EXPECT_THAT(agent_->log(), HasSubstr("state unusable name=web"));
  EXPECT_TRUE(std::filesystem::exists(folder_of("web") / "state.bad"));
  EXPECT_EQ(read_file(folder_of("db") / "state.bad"), "written by something else");
}

TEST_F(managed_survival_test, what_no_configuration_names_any_more_is_stopped) {
  const std::string quick = "stop_timeout = \"1s\"\n";
  start(process("web", "[\"stay\"]", quick) + process("old", "[\"stay\"]", quick));
  ASSERT_TRUE(reaches("web", "running"));
  ASSERT_TRUE(reaches("old", "running"));
  rewrite(process("web", "[\"stay\"]", quick));
  replace_agent(true);
  EXPECT_THAT(agent_->log(), HasSubstr("stray stopped name=old"));
  EXPECT_TRUE(
      wait_until([&] { return tell("status", {}).output.find("old") == std::string::npos; }, long_bound));
  EXPECT_EQ(state_of("web"), "running");
}

TEST_F(managed_survival_test, one_whose_settings_changed_meanwhile_is_restarted) {
  const std::string quick = "stop_timeout = \"1s\"\n";
  start(process("web", "[\"stay\"]", quick));
  ASSERT_TRUE(reaches("web", "running"));
  const std::int64_t pid = pid_of("web");
  rewrite(process("web", "[\"stay\"]", "env = { A = \"1\" }\n" + quick));
  replace_agent(true);
  EXPECT_TRUE(wait_until([&] { return state_of("web") == "running" && pid_of("web") != pid; }, long_bound));
}

TEST_F(managed_survival_test, two_agents_do_not_manage_the_same_processes) {
  start(process("web", "[\"stay\"]", "stop_timeout = \"1s\"\n"));
  ASSERT_TRUE(reaches("web", "running"));
  std::string text = read_file(agent_->config_file());
  write_file(folder_ / "second.toml", text.insert(text.find("[agent]\n") + 8, "control = false\n"));
  const finished_child second = run_reeve("run", {"--config", (folder_ / "second.toml").string()});
  EXPECT_NE(second.exit_code, 0);
  EXPECT_THAT(second.output, HasSubstr("another agent manages the processes of"));
  EXPECT_EQ(state_of("web"), "running");
}

} // namespace
} // namespace reeve::test
