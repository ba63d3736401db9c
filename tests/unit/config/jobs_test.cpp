// SPDX-License-Identifier: Apache-2.0
// The tables [[job]].
#include "load_text.hpp"

#include <gmock/gmock.h>

namespace reeve::config {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;
using test::absolute;
using test::load_text;
using test::problems_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

std::string job(std::string_view name, std::string_view more = "at = \"02:30\"\n") {
  return cat("[[job]]\nname = \"", name, "\"\ncommand = '", absolute("program"), "'\n", more);
}

local_seconds local(int y, unsigned m, unsigned d, seconds time) {
  return local_days(year(y) / month(m) / day(d)) + time;
}

local_seconds first_due(const cron_expression& times, local_seconds from) {
  return times.next(from, from + days(400)).value_or(local_seconds());
}

TEST(jobs, have_defaults_for_all_but_name_command_and_times) {
  const loaded l = load_text(job("backup"));
  ASSERT_TRUE(l.value) << l.problems[0].message;
  ASSERT_EQ(l.value->jobs.size(), 1u);
  const job_settings& j = l.value->jobs[0];
  EXPECT_EQ(j.name, "backup");
  EXPECT_EQ(j.command, absolute("program"));
  ASSERT_EQ(j.times.size(), 1u);
  EXPECT_EQ(first_due(j.times[0], local(2026, 1, 1, 3h)), local(2026, 1, 2, 2h + 30min));
  EXPECT_EQ(j.time_zone, "local");
  EXPECT_EQ(j.missed, "run_once");
  EXPECT_EQ(j.retries, 0u);
  EXPECT_EQ(j.retry_interval, 1min);
  EXPECT_EQ(j.timeout, 0s);
  EXPECT_EQ(j.overlap, "skip");
  EXPECT_EQ(j.jitter, 0s);
  EXPECT_EQ(j.stop_timeout, 30s);
}

TEST(jobs, every_key_is_read) {
  const loaded l = load_text(
      job("backup",
          cat("args = [\"-x\"]\ncwd = '", absolute("in"), "'\nenv = { LANG = \"C\" }\noutput = '",
              absolute("out"),
              "'\nschedule = \"0 4 * * sun\"\ntime_zone = \"Europe/Berlin\"\nmissed = \"skip\"\nretries = 3\n"
              "retry_interval = \"5m\"\ntimeout = \"2h\"\noverlap = \"queue\"\njitter = "
              "\"30s\"\nstop_timeout = \"5s\"\n")));
  ASSERT_TRUE(l.value) << l.problems[0].message;
  const job_settings& j = l.value->jobs.at(0);
  EXPECT_THAT(j.args, ElementsAre("-x"));
  EXPECT_EQ(j.cwd, absolute("in"));
  EXPECT_THAT(j.env, ElementsAre(Pair("LANG", "C")));
  EXPECT_EQ(j.output, absolute("out"));
  EXPECT_EQ(first_due(j.times.at(0), local(2026, 1, 1, 0s)), local(2026, 1, 4, 4h));
  EXPECT_EQ(j.time_zone, "Europe/Berlin");
  EXPECT_EQ(j.time_zone_where.line, 9u);
  EXPECT_EQ(j.missed, "skip");
  EXPECT_EQ(j.retries, 3u);
  EXPECT_EQ(j.retry_interval, 5min);
  EXPECT_EQ(j.timeout, 2h);
  EXPECT_EQ(j.overlap, "queue");
  EXPECT_EQ(j.jitter, 30s);
  EXPECT_EQ(j.stop_timeout, 5s);
}

TEST(jobs, several_times_of_some_days_are_read) {
  const loaded l = load_text(job("a", "at = [\"06:00\", \"23:59\"]\ndays = [\"mon\", \"sun\"]\n"));
  ASSERT_TRUE(l.value) << l.problems[0].message;
  const job_settings& j = l.value->jobs.at(0);
  ASSERT_EQ(j.times.size(), 2u);
  EXPECT_EQ(first_due(j.times[0], local(2026, 1, 1, 0s)), local(2026, 1, 4, 6h));
  EXPECT_EQ(first_due(j.times[1], local(2026, 1, 5, 0s)), local(2026, 1, 5, 23h + 59min));
}

TEST(jobs, mistakes_are_said_with_their_place) {
  EXPECT_THAT(problems_of("[[job]]\n"),
              ElementsAre(HasSubstr("job.name is missing"), HasSubstr("job.command is missing"),
                          HasSubstr("job.schedule is missing")));
  EXPECT_THAT(problems_of(job("a", "schedule = \"0 25 * * *\"\n")),
              ElementsAre(StartsWith(
                  "4:12: job.schedule: \"0 25 * * *\" is no schedule: at character 3 the hour is 25")));
  EXPECT_THAT(problems_of(job("a", "schedule = \"0 0 30 2 *\"\n")), ElementsAre(HasSubstr("never comes")));
  EXPECT_THAT(problems_of(job("a", "schedule = \"@daily\"\nat = \"02:30\"\n")),
              ElementsAre(StartsWith("5:6: job.at stands beside a schedule")));
  EXPECT_THAT(problems_of(job("a", "schedule = \"@daily\"\ndays = \"mon\"\n")),
              ElementsAre(StartsWith("5:8: job.days needs the key at")));
  for (const char* time : {"24:00", "2:30", "02:60", "02.30", "02:30:00", "+2:30", ""})
    EXPECT_THAT(problems_of(job("a", cat("at = [\"01:00\", \"", time, "\"]\n"))),
                ElementsAre(AllOf(StartsWith("4:16: job.at has "), HasSubstr("no time of day"))))
        << time;
  EXPECT_THAT(problems_of(job("a", "at = []\n")), ElementsAre(HasSubstr("job.at is empty")));
  EXPECT_THAT(problems_of(job("a", "at = 230\n")), ElementsAre(HasSubstr("job.at must be")));
  EXPECT_THAT(problems_of(job("a", "at = \"02:30\"\ndays = [\"Montag\"]\n")),
              ElementsAre(AllOf(StartsWith("5:9: job.days has \"Montag\""), HasSubstr("no day"))));
  EXPECT_THAT(problems_of(job("a", "at = \"02:30\"\ndays = []\n")),
              ElementsAre(HasSubstr("job.days is empty")));
  std::string many = "at = [";
  for (int i = 0; i < 65; ++i)
    many += "\"02:30\",";
  EXPECT_THAT(problems_of(job("a", many + "]\n")), ElementsAre(HasSubstr("more than 64")));
  const auto with = [](std::string_view key) {
    return problems_of(job("a", cat("at = \"02:30\"\n", key, "\n")));
  };
  EXPECT_THAT(with("time_zone = \"\""), ElementsAre(StartsWith("5:13: job.time_zone is empty")));
  EXPECT_THAT(with("missed = \"run\""), ElementsAre(HasSubstr("run_once")));
  EXPECT_THAT(with("retries = -1"), ElementsAre(HasSubstr("allowed is 0 to 100")));
  EXPECT_THAT(with("retry_interval = \"0s\""), ElementsAre(HasSubstr("1s")));
  EXPECT_THAT(with("timeout = \"10ms\""), ElementsAre(HasSubstr("shorter than 1s")));
  EXPECT_THAT(with("overlap = \"kill\""), ElementsAre(HasSubstr("stop_running")));
  EXPECT_THAT(with("jitter = \"2h\""), ElementsAre(HasSubstr("1h")));
  EXPECT_THAT(with("restart = \"always\""), ElementsAre(HasSubstr("unknown key \"restart\"")));
}

TEST(jobs, have_the_keys_of_a_program_and_none_that_only_a_process_has) {
  const loaded l = load_text(
      job("a", cat("at = \"02:30\"\nenv_file = ['", absolute("env"), "']\nlimits = { open_files = 64 }\n",
                   "pre_start = ['", absolute("check"), "']\nstop = [{ console = \"ctrl-c\" }]\n",
                   "temporary_files = ['", absolute("pid"), "']\noutput_max_files = 2\n")));
  ASSERT_TRUE(l.value) << l.problems[0].message;
  const job_settings& j = l.value->jobs[0];
  EXPECT_THAT(j.env_files, ElementsAre(absolute("env")));
  EXPECT_EQ(j.limits.at(0).value, 64u);
  EXPECT_THAT(j.pre_start, ElementsAre(absolute("check")));
  EXPECT_EQ(j.stop.at(0).console, "ctrl-c");
  EXPECT_THAT(j.temporary_files, ElementsAre(absolute("pid")));
  EXPECT_EQ(j.output_max_files, 2u);
  for (const char* key : {"autostart = true", "daemon = true", "ports = [80]", "groups = [\"g\"]"})
    EXPECT_THAT(problems_of(job("a", cat("at = \"02:30\"\n", key, "\n"))),
                ElementsAre(HasSubstr("unknown key")))
        << key;
}

TEST(jobs, differ_by_what_they_say_and_not_by_where) {
  const auto first = [](const std::string& text) { return load_text(text).value.value().jobs.at(0); };
  const job_settings plain = first(job("a"));
  EXPECT_EQ(plain, first(cat("\n\n", job("a"))));
  EXPECT_NE(plain, first(job("a", "at = \"02:31\"\n")));
  EXPECT_NE(plain, first(job("a", "at = \"02:30\"\nretries = 1\n")));
  EXPECT_NE(plain, first(job("a", "at = \"02:30\"\nargs = [\"x\"]\n")));
}

TEST(jobs, no_two_programs_have_one_name) {
  EXPECT_THAT(problems_of(cat(job("a"), job("a"))),
              ElementsAre(StartsWith("6:8: job.name is \"a\", as that of the job at")));
  EXPECT_THAT(
      problems_of(cat(job("a"), "[[process]]\nname = \"a\"\ncommand = '", absolute("program"), "'\n")),
      ElementsAre(StartsWith("2:8: job.name is \"a\", as that of the process at")));
  EXPECT_THAT(problems_of(job("all")), ElementsAre(HasSubstr("\"all\"")));
  EXPECT_THAT(problems_of(cat(job("a"), "[[process]]\nname = \"b\"\ngroups = [\"a\"]\ncommand = '",
                              absolute("program"), "'\n")),
              ElementsAre("2:8: job.name is \"a\", which is a group of the process b"));
}

} // namespace
} // namespace reeve::config
