// SPDX-License-Identifier: Apache-2.0
// Health checks of managed processes, asked and acted upon by the real agent.
#include "tests/integration/managed_processes.hpp"

#include <gmock/gmock.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;

class managed_health_test : public managed_processes {
 protected:
  // Passes while the file is there.
  std::string check(const std::string& more = {}) const {
    const auto program = (std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name("bystander")).string();
    return "[[process.health]]\ntype = \"command\"\ncommand = '" + program + "'\nargs = [\"exists\", '" +
           file_.string() + "']\ninterval = \"300ms\"\ntimeout = \"300ms\"\nretries = 2\n" + more;
  }
  std::string health_of(const std::string& name) {
    const boost::json::object s = status_of(name);
    const auto& checks = s.at("checks").as_array();
    return checks.empty() ? "" : std::string(checks[0].at("state").as_string());
  }
  const std::filesystem::path file_ = folder_ / "healthy";
};

TEST_F(managed_health_test, who_fails_its_check_is_restarted_and_counted) {
  write_file(file_, "");
  start(process("web", "[\"stay\"]", "stop_timeout = \"1s\"\n" + check("grace = \"0s\"\n")));
  ASSERT_TRUE(reaches("web", "running"));
  ASSERT_TRUE(wait_until([&] { return health_of("web") == "healthy"; }, long_bound));
  const std::int64_t pid = pid_of("web");
  const auto metrics = agent_->get("/metrics");
  ASSERT_TRUE(metrics);
  EXPECT_THAT(metrics->body, HasSubstr("reeve_managed_healthy{name=\"web\",check=\"command\"} 1"));
  std::filesystem::remove(file_);
  ASSERT_TRUE(wait_until([&] { return status_of("web").at("restarts").to_number<int>() >= 1; }, long_bound));
  write_file(file_, "");
  ASSERT_TRUE(wait_until([&] { return pid_of("web") != 0 && health_of("web") == "healthy"; }, long_bound));
  EXPECT_NE(pid_of("web"), pid);
  EXPECT_THAT(agent_->log(), HasSubstr("unhealthy name=web"));
  EXPECT_THAT(agent_->log(), HasSubstr("its check command fails: exit code 1"));
}

TEST_F(managed_health_test, who_is_only_reported_is_left_as_it_is) {
  write_file(file_, "");
  start(process("web", "[\"stay\"]",
                "unhealthy = \"report\"\nstop_timeout = \"1s\"\n" + check("grace = \"0s\"\n")));
  ASSERT_TRUE(wait_until([&] { return health_of("web") == "healthy"; }, long_bound));
  const std::int64_t pid = pid_of("web");
  for (int round = 1; round <= 2; ++round) {
    std::filesystem::remove(file_);
    ASSERT_TRUE(wait_until([&] { return health_of("web") == "unhealthy"; }, long_bound));
    write_file(file_, "");
    ASSERT_TRUE(wait_until([&] { return health_of("web") == "healthy"; }, long_bound));
  }
  EXPECT_EQ(pid_of("web"), pid);
  EXPECT_EQ(status_of("web").at("restarts").to_number<int>(), 0);
  const auto metrics = agent_->get("/metrics");
  ASSERT_TRUE(metrics);
  // Each time that it begins; the log leaves out what is alike.
  EXPECT_THAT(metrics->body, HasSubstr("reeve_events_total{severity=\"warn\",source=\"agent\"} 2"));
}

TEST_F(managed_health_test, who_requires_another_waits_until_that_is_healthy) {
  start(process("db", "[\"stay\"]", "stop_timeout = \"1s\"\n" + check("grace = \"1h\"\n")) +
        process("web", "[\"stay\"]", "stop_timeout = \"1s\"\nrequires = [\"db\"]\n"));
  ASSERT_TRUE(reaches("db", "running"));
  EXPECT_EQ(health_of("db"), "starting") << "failures do not count within its grace";
  EXPECT_EQ(state_of("web"), "blocked");
  write_file(file_, "");
  EXPECT_TRUE(reaches("web", "running"));
  EXPECT_EQ(health_of("db"), "healthy");
}

TEST_F(managed_health_test, a_reload_takes_other_checks_over_without_a_restart) {
  write_file(file_, "");
  start(process("web", "[\"stay\"]", "stop_timeout = \"1s\"\n"));
  ASSERT_TRUE(reaches("web", "running"));
  const std::int64_t pid = pid_of("web");
  rewrite(process("web", "[\"stay\"]", "stop_timeout = \"1s\"\n" + check()));
  EXPECT_THAT(tell("reload", {}).output, HasSubstr("processes adjusted: web"));
  EXPECT_TRUE(wait_until([&] { return health_of("web") == "healthy"; }, long_bound));
  EXPECT_EQ(pid_of("web"), pid);
}

} // namespace
} // namespace reeve::test
