// SPDX-License-Identifier: Apache-2.0
// Installing and steering a unit, with a systemctl that writes down what it is asked.
#include "reeve/os/service_control.hpp"

#include "linux/system_shutdown.hpp"
#include "posix/run_program.hpp"
#include "systemd_unit.hpp"

#include "reeve/os/system_shutdown.hpp"

#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

namespace reeve::os {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
namespace fs = std::filesystem;

// Answers `show` with the file "shown", late where there is a file "slow", fails with the text of the file "refuse" where there is one, and appends the rest
// of its arguments to "asked".
constexpr const char* fake_systemctl = R"(#!/bin/sh
cd "$(dirname "$0")/../.." || exit 9
[ "$1 $2" = "--no-pager --no-ask-password" ] || exit 8
shift 2
[ "$1" = show ] && { [ -e slow ] && sleep 0.5; cat shown; exit 0; }
echo "$*" >> asked
[ -e refuse ] && { cat refuse >&2; exit 1; }
exit 0
)";

class systemd_units : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_ / "run/systemd/system");
    fs::create_directories(folder_ / "usr/bin");
    test::write_file(folder_ / "usr/bin/systemctl", fake_systemctl);
    fs::permissions(folder_ / "usr/bin/systemctl", fs::perms::owner_all);
    shows("LoadState=not-found\nActiveState=inactive\nSubState=dead\n");
    auto made = service_manager::create({false, folder_.path().string()});
    ASSERT_TRUE(made) << made.error().message;
    manager_ = std::move(*made);
  }
  void shows(const std::string& properties) { test::write_file(folder_ / "shown", properties); }
  void shows_own_unit() {
    shows("LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=7\n"
          "FragmentPath=/etc/systemd/system/reeve.service\n");
  }
  std::string asked() const {
    return fs::exists(folder_ / "asked") ? test::read_file(folder_ / "asked") : std::string();
  }
  std::string unit() const { return test::read_file(folder_ / "etc/systemd/system/reeve.service"); }

  static service_definition reeve() { return {"reeve", "what it is", "/usr/bin/reeve", {"run"}, ""}; }

  test::temp_dir folder_;
  std::unique_ptr<service_manager> manager_;
};

TEST_F(systemd_units, are_written_read_by_systemd_and_enabled) {
  const auto done = manager_->install(reeve());
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_TRUE(done->empty());
  EXPECT_EQ(unit(), systemd_unit(reeve(), false));
  EXPECT_EQ(asked(), "daemon-reload\nenable reeve.service\n");
}

TEST_F(systemd_units, are_renewed_by_a_second_install) {
  ASSERT_TRUE(manager_->install(reeve()));
  shows_own_unit();
  service_definition other = reeve();
  other.args = {"run", "--config", "/srv/reeve.toml"};
  const auto done = manager_->install(other);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_THAT(unit(), HasSubstr("--config /srv/reeve.toml"));
}

TEST_F(systemd_units, of_others_are_left_alone) {
  fs::create_directories(folder_ / "lib/systemd/system");
  test::write_file(folder_ / "lib/systemd/system/reeve.service", "[Service]\nExecStart=/bin/true\n");
  shows("LoadState=loaded\nActiveState=inactive\nSubState=dead\nFragmentPath=/lib/systemd/system/"
        "reeve.service\n");
  const auto installed = manager_->install(reeve());
  ASSERT_FALSE(installed);
  EXPECT_EQ(installed.error().code, errc::busy);
  EXPECT_THAT(installed.error().message, HasSubstr("/lib/systemd/system/reeve.service"));
  const auto removed = manager_->uninstall("reeve", 10s);
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().code, errc::busy);
  EXPECT_EQ(asked(), "");
}

TEST_F(systemd_units, are_stopped_and_forgotten_by_uninstall) {
  ASSERT_TRUE(manager_->install(reeve()));
  shows_own_unit();
  const auto done = manager_->uninstall("reeve", 10s);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_FALSE(fs::exists(folder_ / "etc/systemd/system/reeve.service"));
  EXPECT_THAT(asked(), testing::EndsWith("disable --now reeve.service\ndaemon-reload\n"));
}

// Who asked has given it up by then.
TEST_F(systemd_units, are_not_touched_when_the_time_is_over) {
  shows("LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=812\n");
  test::write_file(folder_ / "slow", "");
  const auto done = manager_->restart("ssh", 100ms);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, errc::timed_out);
  EXPECT_EQ(asked(), "");
}

TEST_F(systemd_units, of_any_name_are_started_stopped_and_restarted) {
  shows("LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=812\n");
  EXPECT_TRUE(manager_->start("ssh", 10s));
  EXPECT_TRUE(manager_->stop("ssh.service", 10s));
  EXPECT_TRUE(manager_->restart("getty@tty1", 10s));
  EXPECT_EQ(asked(), "start ssh.service\nstop ssh.service\nrestart getty@tty1.service\n");
  const auto status = manager_->status("ssh");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->state, service_state::running);
  EXPECT_EQ(status->pid, 812u);
}

TEST_F(systemd_units, that_are_not_there_are_not_found) {
  for (const auto& answer :
       {manager_->start("nobody", 10s), manager_->stop("nobody", 10s), manager_->uninstall("nobody", 10s)}) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, errc::not_found);
  }
  const auto status = manager_->status("nobody");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->state, service_state::not_installed);
}

TEST_F(systemd_units, that_do_not_start_say_how_they_failed) {
  shows("LoadState=loaded\nActiveState=failed\nSubState=failed\nResult=exit-code\nExecMainStatus=3\n");
  test::write_file(folder_ / "refuse", "Job for reeve.service failed.\n");
  const auto started = manager_->start("reeve", 10s);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, errc::failed);
  EXPECT_EQ(started.error().message,
            "systemctl start: Job for reeve.service failed.; it is failed (failed), exit-code 3");
}

TEST_F(systemd_units, need_rights) {
  shows("LoadState=loaded\nActiveState=inactive\nSubState=dead\n");
  test::write_file(folder_ / "refuse", "Failed to start ssh.service: Interactive authentication required.\n");
  const auto started = manager_->start("ssh", 10s);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, errc::access_denied);
}

TEST_F(systemd_units, are_named_by_names_alone) {
  for (const char* name : {"", "-h", "a b", "../x", "a;b", ".service", "a/b"}) {
    const auto answer = manager_->start(name, 10s);
    ASSERT_FALSE(answer) << name;
    EXPECT_EQ(answer.error().code, errc::invalid_argument) << name;
  }
  EXPECT_EQ(asked(), "");
}

TEST_F(systemd_units, need_systemd) {
  fs::remove_all(folder_ / "run");
  const auto made = service_manager::create({false, folder_.path().string()});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::unsupported);
  EXPECT_THAT(made.error().message, HasSubstr("there is no /run/systemd/system"));
}

TEST_F(systemd_units, tell_of_the_end_of_the_machine) {
  const std::string root = folder_.path().string();
  EXPECT_FALSE(ask_whether_shutting_down(root)) << "it said nothing";
  test::write_file(folder_ / "refuse", "degraded\n");
  EXPECT_FALSE(ask_whether_shutting_down(root));
  test::write_file(folder_ / "refuse", "stopping\n");
  EXPECT_TRUE(ask_whether_shutting_down(root));
  EXPECT_EQ(asked(), "is-system-running\nis-system-running\nis-system-running\n");
  fs::remove_all(folder_ / "run");
  EXPECT_FALSE(ask_whether_shutting_down(root)) << "no systemd: the run level of this machine";
}

TEST(system_shutdown, is_not_what_this_machine_does) {
  EXPECT_FALSE(system_is_shutting_down());
}

TEST(run_program, hands_back_status_and_both_streams) {
  const auto end = run_program("/bin/sh", {"-c", "echo out; echo err >&2; exit 3"}, 20s);
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->status, 3);
  EXPECT_EQ(end->output, "out\nerr\n");
  const auto killed = run_program("/bin/sh", {"-c", "kill -9 $$"}, 20s);
  ASSERT_TRUE(killed);
  EXPECT_EQ(killed->status, 128 + SIGKILL);
}

TEST(run_program, kills_what_takes_too_long_with_all_that_it_started) {
  const test::temp_dir folder;
  const std::string file = (folder / "pid").string();
  const auto end = run_program("/bin/sh", {"-c", "sleep 1000 & echo $! > \"$0\"; wait", file}, 500ms);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, errc::timed_out);
  ASSERT_TRUE(fs::exists(file));
  const int left = std::stoi(test::read_file(file));
  // It was killed, and is no child of ours: init may take a moment to wait for it.
  EXPECT_TRUE(test::wait_until([&] { return ::kill(left, 0) != 0; }, test::long_bound));
}

TEST(run_program, is_ended_when_a_file_becomes_too_large) {
  const test::temp_dir folder;
  const std::string file = (folder / "zeros").string();
  const auto end = run_program("/bin/sh",
                               {"-c",
                                "while [ \"$(ulimit -f)\" = unlimited ]; do :; done; exec dd if=/dev/zero "
                                "of=\"$0\" bs=1000 count=1000",
                                file},
                               20s, 10'000);
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->status, 128 + SIGXFSZ) << end->output;
  EXPECT_EQ(fs::file_size(file), 10'000u);
}

TEST(run_program, keeps_no_more_than_it_says_and_waits_for_the_end_all_the_same) {
  const auto end = run_program("/bin/sh", {"-c", "head -c 300000 /dev/zero; exit 5"}, 20s);
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->status, 5);
  EXPECT_EQ(end->output.size(), max_program_output);
  const auto none = run_program("/nowhere/at/all", {}, 20s);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, errc::not_found);
}

} // namespace
} // namespace reeve::os
