// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/jobs.hpp"

#include <gmock/gmock.h>

namespace reeve::supervise {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

config::job_settings nightly() {
  config::job_settings out;
  out.name = "backup";
  out.times = {config::cron_expression::parse("@daily").value()};
  out.time_zone = "UTC";
  return out;
}

TEST(jobs, rules_are_those_of_the_configuration) {
  config::job_settings s = nightly();
  job_rules r = make_job_rules(s, 1);
  EXPECT_EQ(r.missed, missed_rule::run_once);
  EXPECT_EQ(r.overlap, overlap_rule::skip);
  s.missed = "skip";
  s.overlap = "stop_running";
  s.retries = 4;
  s.retry_interval = 7s;
  s.timeout = 8s;
  s.jitter = 9s;
  r = make_job_rules(s, 1);
  EXPECT_EQ(r.missed, missed_rule::skip);
  EXPECT_EQ(r.overlap, overlap_rule::stop_running);
  EXPECT_EQ(r.retries, 4u);
  EXPECT_EQ(r.retry_interval, 7s);
  EXPECT_EQ(r.timeout, 8s);
  EXPECT_EQ(r.jitter, 9s);
  s.overlap = "queue";
  EXPECT_EQ(make_job_rules(s, 1).overlap, overlap_rule::queue);
}

TEST(jobs, a_program_is_run_by_nothing_but_its_job) {
  config::job_settings s = nightly();
  s.command = "/bin/backup";
  s.args = {"--all"};
  s.stop_timeout = 10s;
  const config::process_settings p = program_of(s);
  EXPECT_EQ(static_cast<const config::program_settings&>(p), s);
  EXPECT_TRUE(p.is_job);
  EXPECT_FALSE(p.autostart);
  EXPECT_EQ(p.restart, "never");
}

TEST(jobs, chance_differs_by_machine_and_by_job) {
  config::job_settings a = nightly(), b = nightly();
  b.name = "cleanup";
  EXPECT_EQ(make_job_rules(a, 1).seed, make_job_rules(a, 1).seed);
  EXPECT_NE(make_job_rules(a, 1).seed, make_job_rules(a, 2).seed);
  EXPECT_NE(make_job_rules(a, 1).seed, make_job_rules(b, 1).seed);
}

TEST(jobs, a_schedule_goes_by_the_named_zone) {
  const std::chrono::sys_seconds noon =
      std::chrono::sys_days(std::chrono::year(2026) / std::chrono::May / 5) + 12h;
  const result<job_schedule> s = make_job_schedule(nightly());
  ASSERT_TRUE(s);
  EXPECT_EQ(s->next_after(noon), noon + 12h);
}

TEST(jobs, a_zone_that_is_not_there_is_said_with_its_place) {
  config::job_settings good = nightly(), bad = nightly();
  bad.time_zone = "Europe/Nowhere";
  bad.time_zone_where = {"reeve.toml", 7, 13};
  EXPECT_FALSE(make_job_schedule(bad));
  const std::vector<diagnostic> problems = check_jobs({good, bad});
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].where.line, 7u);
  EXPECT_THAT(problems[0].message, HasSubstr("job.time_zone: "));
  EXPECT_THAT(problems[0].message, HasSubstr("Europe/Nowhere"));
}

} // namespace
} // namespace reeve::supervise
