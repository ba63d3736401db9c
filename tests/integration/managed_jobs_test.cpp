// SPDX-License-Identifier: Apache-2.0
// The agent runs jobs: by hand here, since no test waits for a minute of the clock; see job_runner_test for times.
#include "tests/integration/managed_processes.hpp"

#include <gmock/gmock.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class managed_jobs_test : public managed_processes {
 protected:
  // Due by itself at the turn of the year alone.
  std::string job(const std::string& name, const std::string& args, const std::string& more = {}) const {
    std::string out = process(name, args, "schedule = \"0 0 1 1 *\"\nstop_timeout = \"2s\"\n" + more);
    return out.replace(0, 11, "[[job]]");
  }
  // Ends by itself, with that code, when the file "go" is there.
  std::string waits(const std::string& name, const char* code, const std::string& more = {}) const {
    return job(name, "[\"wait-for\", '" + (folder_ / "go").string() + "', \"" + code + "\"]", more);
  }
  std::string result_of(const std::string& name) {
    const boost::json::object s = status_of(name);
    return s.empty() || s.at("last_result").is_null() ? "" : std::string(s.at("last_result").as_string());
  }
  bool ends(const std::string& name, const std::string& result) {
    return wait_until([&] { return result_of(name) == result && state_of(name) == "waiting"; }, long_bound);
  }
  std::string metrics() {
    const auto answer = agent_->get("/metrics");
    return answer ? answer->body : std::string();
  }
};

TEST_F(managed_jobs_test, wait_for_their_time_and_run_when_they_are_told_to) {
  start(job("good", "[\"exit\", \"0\"]") + job("bad", "[\"exit\", \"3\"]") +
        process("web", "[\"stay\"]", "stop_timeout = \"1s\"\n"));
  EXPECT_EQ(state_of("good"), "waiting");
  EXPECT_EQ(result_of("good"), "none");
  EXPECT_FALSE(status_of("good").at("next_start_in_seconds").is_null());
  EXPECT_EQ(tell("start", {"all"}).exit_code, 0);
  EXPECT_EQ(result_of("good"), "none") << "all does not mean jobs";

  const finished_child good = tell("start", {"good"});
  EXPECT_EQ(good.exit_code, 0) << good.output;
  EXPECT_TRUE(ends("good", "success"));
  tell("start", {"bad"}); // its outcome depends on whether it is seen running
  EXPECT_TRUE(ends("bad", "failed"));
  EXPECT_THAT(tell("status", {}).output, HasSubstr("job, last run: failed with exit code 3"));
  const std::string log = agent_->log();
  EXPECT_THAT(log, HasSubstr("process: started name=good"));
  EXPECT_THAT(log, HasSubstr("job: succeeded name=good"));
  EXPECT_THAT(log, HasSubstr("job: failed name=bad reason=\"exit code 3\""));
  EXPECT_THAT(log, Not(HasSubstr("process: ended name=good")));
  const std::string text = metrics();
  EXPECT_THAT(text, HasSubstr("reeve_job_runs_total{name=\"good\",result=\"success\"} 1"));
  EXPECT_THAT(text, HasSubstr("reeve_job_runs_total{name=\"bad\",result=\"failed\"} 1"));
  EXPECT_THAT(text, HasSubstr("reeve_job_last_result{name=\"good\",result=\"success\"} 1"));
  EXPECT_THAT(text, HasSubstr("reeve_job_last_success_timestamp_seconds{name=\"good\"}"));
  EXPECT_THAT(text, Not(HasSubstr("reeve_job_last_success_timestamp_seconds{name=\"bad\"}")));
  EXPECT_THAT(text, HasSubstr("reeve_job_next_timestamp_seconds{name=\"good\"}"));
}

TEST_F(managed_jobs_test, a_run_that_fails_is_tried_again) {
  start(job("bad", "[\"exit\", \"3\"]", "retries = 2\nretry_interval = \"1s\"\n"));
  tell("start", {"bad"});
  ASSERT_TRUE(wait_until(
      [&] {
        return metrics().find("reeve_job_runs_total{name=\"bad\",result=\"failed\"} 3") != std::string::npos;
      },
      long_bound));
  EXPECT_THAT(metrics(), HasSubstr("reeve_job_retries_total{name=\"bad\"} 2"));
  EXPECT_THAT(agent_->log(), HasSubstr("\"retry in 1s, 1 left\""));
  EXPECT_THAT(agent_->log(), HasSubstr("\"no retry\""));
}

TEST_F(managed_jobs_test, one_that_takes_too_long_is_ended) {
  start(job("slow", "[\"stay\"]", "timeout = \"1s\"\n"));
  EXPECT_EQ(tell("start", {"slow"}).exit_code, 0);
  EXPECT_TRUE(ends("slow", "timed_out"));
  EXPECT_EQ(pid_of("slow"), 0);
  EXPECT_THAT(agent_->log(), HasSubstr("job: failed name=slow reason=\"timed_out: "));
}

TEST_F(managed_jobs_test, never_run_twice_at_a_time_and_stop_when_they_are_told_to) {
  start(job("slow", "[\"stay\"]", "retries = 5\nretry_interval = \"1s\"\n"));
  EXPECT_EQ(tell("start", {"slow"}).exit_code, 0);
  const std::int64_t pid = pid_of("slow");
  ASSERT_NE(pid, 0);
  EXPECT_EQ(tell("start", {"slow"}).exit_code, 0);
  EXPECT_EQ(pid_of("slow"), pid);
  EXPECT_EQ(tell("restart", {"slow"}).exit_code, 0);
  EXPECT_TRUE(wait_until([&] { return pid_of("slow") != pid && state_of("slow") == "running"; }, long_bound));
  const finished_child stopped = tell("stop", {"slow"});
  EXPECT_EQ(stopped.exit_code, 0) << stopped.output;
  EXPECT_THAT(stopped.output, HasSubstr("last run: stopped"));
  EXPECT_EQ(state_of("slow"), "waiting");
  EXPECT_THAT(metrics(), HasSubstr("reeve_job_runs_total{name=\"slow\",result=\"stopped\"} 2"));
}

TEST_F(managed_jobs_test, a_run_goes_on_without_the_agent_and_ends_under_the_next) {
  start(waits("backup", "0"));
  EXPECT_EQ(tell("start", {"backup"}).exit_code, 0);
  const std::int64_t pid = pid_of("backup");
  ASSERT_NE(pid, 0);
  for (const bool kill : {false, true}) {
    replace_agent(kill);
    ASSERT_TRUE(reaches("backup", "running"));
    EXPECT_EQ(pid_of("backup"), pid);
  }
  write_file(folder_ / "go", "");
  EXPECT_TRUE(ends("backup", "success"));
  replace_agent(true);
  EXPECT_EQ(result_of("backup"), "success");
  EXPECT_EQ(pid_of("backup"), 0) << "it is not run again";
}

TEST_F(managed_jobs_test, an_end_that_no_agent_saw_is_recorded_with_its_result) {
  start(waits("good", "0") + waits("bad", "7"));
  EXPECT_EQ(tell("start", {"good"}).exit_code, 0);
  EXPECT_EQ(tell("start", {"bad"}).exit_code, 0);
  ASSERT_TRUE(agent_->process().kill());
  ASSERT_TRUE(agent_->process().wait(long_bound));
  write_file(folder_ / "go", "");
  const auto has_ended = [&](const char* name) {
    try {
      return read_file(agent_->state_folder() / agent_->instance() / "processes" / name / "record")
                 .find("phase ended") != std::string::npos;
    } catch (const std::exception&) {
      return false; // while it is being replaced
    }
  };
  for (const char* name : {"good", "bad"})
    ASSERT_TRUE(wait_until([&] { return has_ended(name); }, long_bound));
  ASSERT_TRUE(agent_->start_again());
  EXPECT_TRUE(ends("good", "success"));
  EXPECT_TRUE(ends("bad", "failed"));
  EXPECT_EQ(status_of("bad").at("last_end").as_string(), "exit code 7");
}

TEST_F(managed_jobs_test, a_reload_takes_changes_over_and_touches_no_run) {
  start(job("slow", "[\"stay\"]") + job("old", "[\"stay\"]"));
  EXPECT_EQ(tell("start", {"slow"}).exit_code, 0);
  const std::int64_t pid = pid_of("slow");
  std::string changed = job("slow", "[\"stay\"]", "env = { A = \"1\" }\n");
  changed.replace(changed.find("0 0 1 1 *"), 9, "0 0 2 1 *");
  rewrite(changed + job("new", "[\"stay\"]"));
  const std::string expected = "jobs added: new\njobs removed: old\njobs changed: slow\n";
  const finished_child before =
      tell("check-config", {agent_->config_file().string(), "--no-plugins", "--diff"});
  EXPECT_THAT(before.output, HasSubstr(expected));
  EXPECT_THAT(tell("reload", {}).output, HasSubstr(expected));
  EXPECT_EQ(pid_of("slow"), pid);
  EXPECT_EQ(state_of("slow"), "running");
  EXPECT_EQ(state_of("new"), "waiting");
  EXPECT_EQ(tell("status", {}).output.find("old"), std::string::npos);
}

TEST_F(managed_jobs_test, a_time_zone_that_is_not_there_refuses_a_reload_and_a_start) {
  start(job("backup", "[\"stay\"]"));
  rewrite(job("backup", "[\"stay\"]", "time_zone = \"Europe/Nowhere\"\n"));
  const auto reloaded = agent_->reload();
  ASSERT_TRUE(reloaded);
  EXPECT_NE(reloaded->exit_code, 0);
  EXPECT_THAT(reloaded->output, HasSubstr("job.time_zone: "));
  EXPECT_EQ(state_of("backup"), "waiting");
  const finished_child second = run_reeve("run", {"--config", agent_->config_file().string()});
  EXPECT_EQ(second.exit_code, 3);
  EXPECT_THAT(second.output, HasSubstr("job.time_zone: "));
}

} // namespace
} // namespace reeve::test
