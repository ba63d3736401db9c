// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/job_runner.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/supervise/jobs.hpp"

#include "tests/support/fake_keeper_host.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <deque>
#include <filesystem>

namespace reeve::supervise {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using test::end_kept;
using test::kept_program;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr process_end good{false, 0}, bad{false, 3};
const sys_seconds monday = sys_days(std::chrono::year(2026) / 1 / 5); // 00:00 UTC

class hand_clock : public clock {
 public:
  nanoseconds mono() const noexcept override { return mono_time; }
  nanoseconds unix_time() const noexcept override { return mono_time - 1000s + epoch; }
  nanoseconds mono_time = 1000s;
  nanoseconds epoch = (monday + 10min).time_since_epoch();
};

config::job_settings hourly(const std::string& name) {
  config::job_settings out;
  out.name = name;
  out.command = "/bin/backup";
  out.times = {config::cron_expression::parse("0 * * * *").value()};
  out.time_zone = "UTC";
  return out;
}

// An agent's supervisor and its runner of jobs, on a machine where programs do as they are told.
class job_runner_test : public testing::Test {
 protected:
  void begin() {
    host.emplace(kept, time);
    runs = std::make_unique<supervisor>(
        surroundings{time, *host, folder(), [this](auto work) { posted.push_back(std::move(work)); },
                     [this](const process_event& e) { jobs->told(e); }, [] { return 0.0; },
                     [](const auto&) { return std::nullopt; }, [] { return false; }});
    jobs.emplace(
        *runs,
        job_surroundings{
            time, folder(), 1, [this](const job_event& e) {
              static constexpr const char* names[] = {"succeeded", "failed", "missed", "skipped", "unusable"};
              told.push_back(cat(names[static_cast<int>(e.what)], " ", e.reason,
                                 e.count == 0 ? "" : cat(e.count), e.next.empty() ? "" : "; ", e.next));
            }});
    ASSERT_TRUE(jobs->begin(wanted));
    runs->begin(programs(), false);
    settle();
  }
  void apply() {
    ASSERT_TRUE(jobs->apply(wanted));
    runs->apply(programs());
    settle();
  }
  // The agent is gone, and what it was about to do is not done.
  void crash() {
    posted.clear();
    jobs.reset();
    runs.reset();
    host.reset();
  }
  std::vector<config::process_settings> programs() const {
    std::vector<config::process_settings> out;
    for (const config::job_settings& s : wanted)
      out.push_back(program_of(s));
    return out;
  }
  void settle() {
    do {
      for (; !posted.empty(); posted.pop_front())
        posted.front()();
      jobs->advance();
    } while (!posted.empty());
  }
  void pass(nanoseconds wait) {
    time.mono_time += wait;
    runs->advance();
    settle();
  }
  std::string folder() const { return std::filesystem::path(disk.path()).generic_string(); }
  kept_program& program(const std::string& name = "backup") { return kept[cat(folder(), "/", name)]; }
  void end(const process_end& e) {
    end_kept(program(), e, time.unix_time());
    if (jobs) settle();
  }
  job_status status() const { return jobs->status().at(0); }
  std::filesystem::path file() const { return disk.path() / "backup" / "job"; }

  test::temp_dir disk;
  hand_clock time;
  test::kept_programs kept;
  std::optional<test::fake_keeper_host> host;
  std::deque<std::function<void()>> posted;
  std::unique_ptr<supervisor> runs;
  std::optional<job_runner> jobs;
  std::vector<config::job_settings> wanted{hourly("backup")};
  std::vector<std::string> told;
};

TEST_F(job_runner_test, runs_a_job_when_it_is_due) {
  begin();
  EXPECT_EQ(program().launches, 0) << "not with the agent";
  EXPECT_EQ(jobs->next_wake(), time.mono() + job_machine::look_interval);
  pass(50min - 1s);
  EXPECT_EQ(program().launches, 0);
  EXPECT_EQ(jobs->next_wake(), time.mono() + 1s);
  pass(1s);
  EXPECT_EQ(program().launches, 1);
  EXPECT_EQ(program().command.program, "/bin/backup");
  EXPECT_EQ(runs->state_of("backup"), process_state::running);
  pass(90s);
  end(good);
  EXPECT_THAT(told, ElementsAre("succeeded "));
  EXPECT_EQ(status().memory.last_result, job_result::success);
  EXPECT_EQ(status().memory.last_duration, 90s);
  EXPECT_EQ(status().memory.last_success, monday + 1h + 90s);
  EXPECT_EQ(status().next_start, monday + 2h);
  pass(10min);
  EXPECT_EQ(program().launches, 1) << "it is no process that is kept running";
}

TEST_F(job_runner_test, limits_of_its_tree_are_handed_over_and_the_end_by_one_is_told) {
  wanted[0].limits = {{"memory", 512 << 20}, {"cpu", 1500}};
  begin();
  pass(50min);
  const auto& limits = program().command.limits;
  ASSERT_EQ(limits.size(), 2u);
  EXPECT_EQ(limits[0].what, os::limited::memory);
  EXPECT_EQ(limits[0].value, 512u << 20);
  EXPECT_EQ(limits[1].what, os::limited::cpu);
  EXPECT_EQ(limits[1].value, 1500u);
  program().record.is_out_of_memory = true;
  end({true, 9});
  EXPECT_THAT(told, ElementsAre(HasSubstr("signal 9, out of memory, limit memory of 512MiB")));
}

TEST_F(job_runner_test, retries_a_run_that_failed) {
  wanted[0].retries = 1;
  begin();
  jobs->start("backup");
  settle();
  end(bad);
  EXPECT_THAT(told, ElementsAre("failed exit code 3; retry in 1m, 1 left"));
  pass(1min);
  EXPECT_EQ(program().launches, 2);
  end(bad);
  EXPECT_EQ(told.back(), "failed exit code 3; no retry");
  EXPECT_EQ(status().counts.ended[static_cast<std::size_t>(job_result::failed)], 2u);
}

TEST_F(job_runner_test, a_start_that_fails_is_a_run_that_failed) {
  wanted[0].retries = 1;
  begin();
  host->is_refusing = true;
  jobs->start("backup");
  settle();
  EXPECT_THAT(told, ElementsAre("failed there are no keepers today; retry in 1m, 1 left"));
  host->is_refusing = false;
  pass(1min);
  EXPECT_EQ(runs->state_of("backup"), process_state::running);
}

TEST_F(job_runner_test, a_hook_that_fails_is_a_run_that_failed) {
  wanted[0].pre_start = {"/bin/check"};
  begin();
  jobs->start("backup");
  settle();
  kept_program& hook = kept[cat(folder(), "/backup/hook")];
  ASSERT_EQ(hook.launches, 1);
  end_kept(hook, bad, time.unix_time());
  settle();
  EXPECT_THAT(told, ElementsAre("failed the hook pre_start: exit code 3; no retry"));
  EXPECT_EQ(program().launches, 0);
}

TEST_F(job_runner_test, a_run_that_takes_too_long_is_stopped_and_killed_by_the_supervisor) {
  wanted[0].timeout = 10min;
  begin();
  jobs->start("backup");
  settle();
  pass(10min);
  EXPECT_EQ(program().asked, 1);
  pass(30s);
  EXPECT_EQ(program().killed, 1);
  end({true, 9});
  EXPECT_THAT(told, ElementsAre("failed timed_out: signal 9; no retry"));
}

TEST_F(job_runner_test, a_run_that_is_stopped_by_hand_has_not_failed) {
  wanted[0].retries = 3;
  begin();
  jobs->start("backup");
  settle();
  jobs->stop("backup");
  EXPECT_EQ(program().asked, 1);
  end({true, 15});
  EXPECT_THAT(told, IsEmpty());
  EXPECT_EQ(status().memory.last_result, job_result::stopped);
  pass(10min);
  EXPECT_EQ(program().launches, 1);
}

TEST_F(job_runner_test, what_follows_a_run_begins_when_its_hook_is_over) {
  wanted[0].overlap = "queue";
  wanted[0].post_stop = {"/bin/tidy"};
  begin();
  pass(50min);
  pass(1h);
  EXPECT_EQ(program().launches, 1);
  end(good);
  EXPECT_EQ(program().launches, 1);
  end_kept(kept[cat(folder(), "/backup/hook")], good, time.unix_time());
  settle();
  EXPECT_EQ(program().launches, 2);
  EXPECT_EQ(runs->state_of("backup"), process_state::running);
}

TEST_F(job_runner_test, a_stop_before_the_queued_run_has_begun_leaves_nothing_that_waits_for_ever) {
  wanted[0].post_stop = {"/bin/tidy"};
  begin();
  jobs->start("backup");
  settle();
  jobs->restart("backup");
  end({true, 15});
  jobs->stop("backup"); // while the hook of the first run is at work
  end_kept(kept[cat(folder(), "/backup/hook")], good, time.unix_time());
  settle();
  EXPECT_EQ(program().launches, 1);
  EXPECT_FALSE(status().memory.running);
}

TEST_F(job_runner_test, a_run_goes_on_without_the_agent_and_its_end_is_recorded) {
  begin();
  pass(50min);
  crash();
  time.mono_time += 5min;
  begin();
  EXPECT_TRUE(status().memory.running);
  EXPECT_EQ(program().launches, 1);
  end(good);
  EXPECT_EQ(status().memory.last_result, job_result::success);
  EXPECT_EQ(status().memory.last_duration, 5min);
}

TEST_F(job_runner_test, an_end_that_no_agent_saw_is_recorded_as_what_it_was) {
  for (const process_end& e : {good, bad}) {
    begin();
    jobs->start("backup");
    settle();
    crash();
    time.mono_time += 5min;
    const nanoseconds ended = time.unix_time();
    end_kept(program(), e, ended);
    time.mono_time += 10min;
    begin();
    EXPECT_EQ(status().memory.last_result, e == good ? job_result::success : job_result::failed);
    EXPECT_EQ(status().memory.last_duration, 5min);
    EXPECT_EQ(status().memory.last_success.value().time_since_epoch(), (monday + 15min).time_since_epoch());
    crash();
  }
}

TEST_F(job_runner_test, a_run_that_is_gone_with_the_machine_is_interrupted) {
  wanted[0].retries = 1;
  begin();
  jobs->start("backup");
  settle();
  crash();
  kept.clear();
  std::filesystem::remove(disk.path() / "backup" / "state"); // as good as of another start of the machine
  time.mono_time += 5min;
  begin();
  EXPECT_THAT(told, ElementsAre("failed interrupted: it is gone; retry in 1m, 1 left"));
  pass(1min);
  EXPECT_EQ(runs->state_of("backup"), process_state::running);
}

TEST_F(job_runner_test, what_passed_without_the_agent_is_told_and_made_up_for_once) {
  begin();
  crash();
  time.mono_time += 3h;
  begin();
  EXPECT_THAT(told, ElementsAre("missed 3; one run for all"));
  EXPECT_EQ(program().launches, 1);
  pass(50min);
  EXPECT_EQ(told.back(), "skipped 1");
}

TEST_F(job_runner_test, a_torn_memory_is_put_aside_and_told) {
  begin();
  crash();
  test::write_file(file(), "reeve-job 1\nhandled 17");
  begin();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_THAT(told[0], HasSubstr("put aside as job.bad"));
  EXPECT_TRUE(std::filesystem::exists(disk.path() / "backup" / "job.bad"));
  EXPECT_EQ(status().memory.last_result, job_result::none);
}

TEST_F(job_runner_test, a_run_whose_memory_is_lost_is_found) {
  begin();
  jobs->start("backup");
  settle();
  crash();
  std::filesystem::remove(file());
  begin();
  EXPECT_TRUE(status().memory.running);
  EXPECT_EQ(program().launches, 1);
  end(bad);
  EXPECT_EQ(status().memory.last_result, job_result::failed);
}

TEST_F(job_runner_test, another_configuration_leaves_a_run_alone) {
  begin();
  jobs->start("backup");
  settle();
  wanted[0].command = "/bin/other";
  wanted[0].times = {config::cron_expression::parse("30 * * * *").value()};
  process_changes changes = runs->compare(programs());
  jobs->sort_out(changes, wanted);
  EXPECT_THAT(changes.jobs_changed, ElementsAre("backup"));
  EXPECT_THAT(changes.restarted, IsEmpty());
  EXPECT_THAT(changes.adjusted, IsEmpty());
  apply();
  EXPECT_EQ(program().asked, 0);
  EXPECT_EQ(status().next_start, monday + 30min);
  end(good);
  EXPECT_EQ(program().launches, 1);
  pass(20min);
  EXPECT_EQ(program().launches, 2);
  EXPECT_EQ(program().command.program, "/bin/other");
}

TEST_F(job_runner_test, a_schedule_alone_is_a_change_too) {
  begin();
  wanted[0].missed = "skip";
  wanted.push_back(hourly("more"));
  process_changes changes = runs->compare(programs());
  jobs->sort_out(changes, wanted);
  EXPECT_THAT(changes.jobs_changed, ElementsAre("backup"));
  EXPECT_THAT(changes.jobs_added, ElementsAre("more"));
  EXPECT_THAT(changes.added, IsEmpty());
}

TEST_F(job_runner_test, one_that_is_taken_out_is_stopped_and_is_new_when_it_comes_back) {
  begin();
  jobs->start("backup");
  settle();
  const std::vector<config::job_settings> before = std::exchange(wanted, {});
  process_changes changes = runs->compare(programs());
  jobs->sort_out(changes, wanted);
  EXPECT_THAT(changes.jobs_removed, ElementsAre("backup"));
  apply();
  EXPECT_EQ(program().asked, 1);
  EXPECT_FALSE(std::filesystem::exists(file()));
  end({true, 15});
  EXPECT_FALSE(runs->state_of("backup"));
  time.mono_time += 5h;
  wanted = before;
  apply();
  EXPECT_EQ(status().counts.missed, 0u);
}

TEST_F(job_runner_test, status_shows_the_next_start_and_the_last_result) {
  begin();
  process_status s = runs->status().at(0);
  jobs->add_to(s);
  EXPECT_EQ(s.state, process_state::waiting);
  EXPECT_EQ(s.next_start_in, 50min);
  EXPECT_EQ(s.last_result, "none");
  jobs->start("backup");
  settle();
  s = runs->status().at(0);
  jobs->add_to(s);
  EXPECT_EQ(s.state, process_state::running);
  EXPECT_FALSE(s.next_start_in);
}

TEST_F(job_runner_test, all_does_not_mean_jobs) {
  begin();
  EXPECT_THAT(runs->resolve("all"), IsEmpty());
  EXPECT_THAT(runs->resolve("backup"), ElementsAre("backup"));
}

TEST_F(job_runner_test, a_zone_that_is_not_there_changes_nothing) {
  begin();
  wanted.push_back(hourly("other"));
  wanted.back().time_zone = "Europe/Nowhere";
  EXPECT_FALSE(jobs->apply(wanted));
  EXPECT_EQ(jobs->status().size(), 1u);
}

} // namespace
} // namespace reeve::supervise
