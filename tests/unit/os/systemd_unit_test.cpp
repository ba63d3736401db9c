// SPDX-License-Identifier: Apache-2.0
// The unit file as text, and what systemctl prints.
#include "parse/systemd_show.hpp"
#include "systemd_unit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::os {
namespace {

using testing::HasSubstr;
using testing::Not;

service_definition reeve() {
  return {"reeve", "what it is", "/usr/bin/reeve", {"run", "--config", "/etc/reeve/reeve.toml"}, ""};
}

TEST(systemd_argument, stays_one_argument_whatever_is_in_it) {
  EXPECT_EQ(systemd_argument("/usr/bin/reeve"), "/usr/bin/reeve");
  EXPECT_EQ(systemd_argument("/opt/my agent/reeve"), "\"/opt/my agent/reeve\"");
  EXPECT_EQ(systemd_argument(""), "\"\"");
  EXPECT_EQ(systemd_argument("50%"), "\"50%%\"") << "a specifier";
  EXPECT_EQ(systemd_argument("$HOME"), "\"$$HOME\"") << "a variable";
  EXPECT_EQ(systemd_argument("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(systemd_argument("it's;"), "\"it's;\"");
  EXPECT_EQ(systemd_argument("a\nExecStart=/bin/sh"), "\"a\\nExecStart=/bin/sh\"") << "no line of its own";
}

TEST(systemd_unit, notifies_is_watched_and_leaves_managed_programs_alone) {
  const std::string unit = systemd_unit(reeve(), false);
  EXPECT_TRUE(unit.starts_with(unit_mark));
  EXPECT_THAT(unit, HasSubstr("\nExecStart=/usr/bin/reeve run --config /etc/reeve/reeve.toml\n"));
  for (const char* line :
       {"Type=notify", "NotifyAccess=main", "WatchdogSec=30s", "Restart=on-failure", "KillMode=process",
        "Delegate=yes", "DelegateSubgroup=agent", "StateDirectory=reeve", "WantedBy=multi-user.target"})
    EXPECT_THAT(unit, HasSubstr("\n" + std::string(line) + "\n"));
  EXPECT_THAT(unit, Not(HasSubstr("\nUser=")));
}

TEST(systemd_unit, an_account_gets_the_capabilities_that_show_everything) {
  service_definition service = reeve();
  service.account = "watch";
  const std::string unit = systemd_unit(service, false);
  EXPECT_THAT(unit, HasSubstr("\nUser=watch\nAmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH"));
  EXPECT_THAT(unit, HasSubstr("\nCapabilityBoundingSet=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH"));
}

TEST(systemd_unit, one_of_a_user_asks_for_nothing_that_its_manager_cannot_give) {
  const std::string unit = systemd_unit(reeve(), true);
  EXPECT_THAT(unit, HasSubstr("\nWantedBy=default.target\n"));
  EXPECT_THAT(unit, HasSubstr("systemctl --user enable reeve.service\n"));
  EXPECT_THAT(unit, Not(HasSubstr("Capabilit")));
  EXPECT_THAT(unit, Not(HasSubstr("\nProtect")));
}

namespace p = parse;

TEST(systemd_show, a_running_service) {
  const auto s = p::parse_systemd_show("MainPID=812\nResult=success\nExecMainStatus=0\nLoadState=loaded\n"
                                       "ActiveState=active\nSubState=running\nUnitFileState=enabled\n"
                                       "FragmentPath=/lib/systemd/system/ssh.service\n");
  EXPECT_EQ(s.status.state, service_state::running);
  EXPECT_EQ(s.status.pid, 812u);
  EXPECT_TRUE(s.status.starts_at_boot);
  EXPECT_EQ(s.status.detail, "active (running)");
  EXPECT_EQ(s.file, "/lib/systemd/system/ssh.service");
}

TEST(systemd_show, one_that_failed_says_how) {
  const auto s = p::parse_systemd_show("MainPID=0\nResult=exit-code\nExecMainStatus=3\nLoadState=loaded\n"
                                       "ActiveState=failed\nSubState=failed\nUnitFileState=disabled\n");
  EXPECT_EQ(s.status.state, service_state::failed);
  EXPECT_EQ(s.status.pid, 0u);
  EXPECT_FALSE(s.status.starts_at_boot);
  EXPECT_EQ(s.status.detail, "failed (failed), exit-code 3");
  const auto hung =
      p::parse_systemd_show("Result=watchdog\nLoadState=loaded\nActiveState=failed\nSubState=failed\n");
  EXPECT_EQ(hung.status.detail, "failed (failed), watchdog");
}

TEST(systemd_show, every_state_has_its_own) {
  const auto state = [](const std::string& load, const std::string& active) {
    return p::parse_systemd_show("LoadState=" + load + "\nActiveState=" + active + "\nSubState=x\n")
        .status.state;
  };
  EXPECT_EQ(state("not-found", "inactive"), service_state::not_installed);
  EXPECT_EQ(state("loaded", "inactive"), service_state::stopped);
  EXPECT_EQ(state("masked", "inactive"), service_state::stopped);
  EXPECT_EQ(state("loaded", "activating"), service_state::starting);
  EXPECT_EQ(state("loaded", "deactivating"), service_state::stopping);
  EXPECT_EQ(state("loaded", "reloading"), service_state::running);
  EXPECT_EQ(state("not-found", "active"), service_state::running) << "its file was deleted while it runs";
  EXPECT_EQ(p::parse_systemd_show("").status.state, service_state::not_installed);
  EXPECT_EQ(p::parse_systemd_show("MainPID=99999999999\nnonsense\n").status.pid, 0u);
}

TEST(is_system_running, only_one_answer_is_a_shutdown) {
  EXPECT_TRUE(p::says_stopping("stopping\n"));
  for (const char* answer : {"running\n", "degraded\n", "starting\n", "maintenance\n", "offline\n",
                             "unknown\n", "", "stopping it\n", "Failed to connect to bus\nstopping\n"})
    EXPECT_FALSE(p::says_stopping(answer)) << answer;
}

} // namespace
} // namespace reeve::os
