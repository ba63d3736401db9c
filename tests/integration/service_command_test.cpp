// SPDX-License-Identifier: Apache-2.0
// `reeve service`, on whichever system: what it prints, and what it says where it cannot do what it is asked.
#include "tests/integration/reeve_command.hpp"

#include <gmock/gmock.h>

namespace reeve::test {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

TEST(service_command, prints_what_it_would_do_and_does_nothing) {
  const finished_child install = run_reeve("service", {"install", "--print", "--name", "reeve-nowhere"});
  EXPECT_EQ(install.exit_code, 0) << install.output;
  EXPECT_THAT(install.output, HasSubstr("reeve-nowhere"));
  EXPECT_THAT(install.output, AnyOf(HasSubstr("\nExecStart="), HasSubstr("\n  program: ")));
  for (const char* action : {"uninstall", "start", "stop"}) {
    const finished_child printed = run_reeve("service", {action, "--print", "--name", "reeve-nowhere"});
    EXPECT_EQ(printed.exit_code, 0) << printed.output;
    EXPECT_THAT(printed.output, HasSubstr("reeve-nowhere"));
  }
  EXPECT_EQ(run_reeve("service", {"status", "--print"}).exit_code, 2);
}

TEST(service_command, takes_names_and_actions_that_a_service_can_have) {
  EXPECT_EQ(run_reeve("service", {}).exit_code, 2);
  const finished_child typo = run_reeve("service", {"instal"});
  EXPECT_EQ(typo.exit_code, 2);
  EXPECT_THAT(typo.output, HasSubstr("did you mean \"install\"?"));
  const finished_child name = run_reeve("service", {"install", "--print", "--name", "a/b"});
  EXPECT_EQ(name.exit_code, 2);
  EXPECT_THAT(name.output, HasSubstr("is no name of a service"));
}

TEST(service_command, installs_no_service_that_could_not_start) {
  const temp_dir folder;
  write_file(folder / "reeve.toml", "[http]\nlisten = 17\n");
  const finished_child done = run_reeve(
      "service", {"install", "--name", "reeve-nowhere", "--config", (folder / "reeve.toml").string()});
  // Where no manager runs, that is said first.
  EXPECT_THAT(done.exit_code, AnyOf(1, 3)) << done.output;
  EXPECT_THAT(done.output, AnyOf(HasSubstr("nothing was installed"), HasSubstr("systemd does not run")));
}

TEST(service_command, run_is_a_service_only_for_its_manager) {
  const finished_child done = run_reeve("run", {"--service", "reeve-nowhere"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.output, AnyOf(HasSubstr("leave out --service"), HasSubstr("reeve service start")));
  EXPECT_THAT(run_reeve("run", {"--help"}).output, testing::Not(HasSubstr("--service")));
}

} // namespace
} // namespace reeve::test
