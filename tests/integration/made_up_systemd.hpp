// SPDX-License-Identifier: Apache-2.0
// A test runs itself again where systemctl is a script that writes down what it is asked; only root may. The units that it
// knows are all; one named "hangs" is at work until the test lets go of it.
#pragma once

#include "tests/integration/run_of_its_own.hpp"
#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

#include "reeve/base/strings.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace reeve::test {

inline constexpr const char* systemctl_program = "/usr/bin/systemctl";

class made_up_systemd {
 public:
  // False where the test is not to go on: it has run there, and its result is this one's.
  static bool is_here() {
    if (std::getenv("REEVE_SYSTEMD") != nullptr) return true;
    const testing::TestInfo* const test = testing::UnitTest::GetInstance()->current_test_info();
    const temp_dir folder;
    write_file(folder / "systemctl", script);
    std::filesystem::permissions(folder / "systemctl", std::filesystem::perms::owner_all);
    child_options how = with_a_run_of_its_own(
        cat("mount --bind \"$REEVE_SYSTEMD/systemctl\" ", systemctl_program),
        {std::filesystem::read_symlink("/proc/self/exe").string(),
         std::string("--gtest_filter=") + test->test_suite_name() + "." + test->name()});
    how.environment = {{"REEVE_SYSTEMD", folder.path().string()}};
    how.output_file = folder / "output";
    const auto ended = run(how, 4 * long_bound);
    EXPECT_TRUE(ended) << ended.error().message;
    EXPECT_TRUE(!ended || ended->exit_code == 0) << ended->output;
    return false;
  }

  // "restart web.service", a line each.
  static std::string asked() {
    return std::filesystem::exists(file("asked")) ? read_file(file("asked")) : std::string();
  }
  // Empty: a test may have one here.
  static std::string why_not() {
    if (std::getenv("REEVE_SYSTEMD") != nullptr) return {};
    if (::geteuid() != 0) return "only root may put a systemctl of its own in place";
    if (!std::filesystem::exists(systemctl_program)) return "systemd is not installed";
    const temp_dir folder;
    child_options how = with_a_run_of_its_own("true", {"/bin/true"});
    how.output_file = folder / "output";
    const auto tried = run(how, long_bound);
    if (!tried) return tried.error().message;
    return tried->exit_code == 0 ? "" : cat("no mount namespace may be had here: ", tried->output);
  }
  static bool becomes_asked(const std::string& what) {
    return wait_until([&] { return asked().find(what) != std::string::npos; }, long_bound);
  }
  static void end_machine() { write_file(file("ending"), ""); }
  static void let_go() { write_file(file("go"), ""); }

 private:
  static std::filesystem::path file(const char* name) {
    return std::filesystem::path(std::getenv("REEVE_SYSTEMD")) / name;
  }

  static constexpr const char* script = R"(#!/bin/sh
cd "$REEVE_SYSTEMD" || exit 9
shift 2
case $1 in
  is-system-running) if [ -e ending ]; then echo stopping; else echo running; fi ;;
  show) printf 'LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=0\n' ;;
  *) echo "$*" >>asked
     if [ "$2" = hangs.service ]; then while [ -d "$REEVE_SYSTEMD" ] && [ ! -e go ]; do sleep 0.1; done; fi ;;
esac
)";
};

#define REEVE_WITH_MADE_UP_SYSTEMD_OR_RETURN()                                                               \
  if (const std::string why = made_up_systemd::why_not(); !why.empty()) GTEST_SKIP() << why;                 \
  if (!made_up_systemd::is_here()) return

} // namespace reeve::test
