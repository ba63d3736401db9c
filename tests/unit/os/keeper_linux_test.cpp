// SPDX-License-Identifier: Apache-2.0
// What only Linux has: groups, sessions, signals, daemons, and accounts.
#include "linux/managed_cgroups.hpp"

#include "tests/unit/os/keeper_rig.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace reeve::os {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class keeper_linux_test : public keeper_rig {
 protected:
  launch_command shell(const std::string& script) const { return command("/bin/sh", {"-c", script}); }
  static bool is_named(std::uint32_t pid, const std::string& name) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/comm");
    std::string is;
    return std::getline(in, is) && is == name;
  }
  static bool is_alive(int pid) { return ::kill(pid, 0) == 0; }
  // Why a limit of a group cannot be had here; empty where it can.
  std::string refusal_of(const resource_limit& limit) {
    launch_command c = shell("exit 0");
    c.limits = {limit};
    std::filesystem::create_directory(folder_ / "trial");
    keeper_news news;
    const auto made = host_->launch(place("trial"), c, news.listener());
    if (!made) return made.error().message;
    EXPECT_EQ(news.last().phase, keep_phase::ended) << "started, and not limited";
    return {};
  }
};

TEST_F(keeper_linux_test, nothing_of_its_tree_is_left_when_its_end_is_told) {
  // A child, a grandchild in a session of its own whose parent has ended, and one that hears no signal.
  run(shell("sleep 1000 & echo $!; setsid sh -c 'sleep 1001 & echo $!' ; sh -c 'trap \"\" TERM HUP; sleep "
            "1002' & echo $!; "
            "sleep 0.2; exit 3"));
  std::istringstream pids(output());
  int count = 0;
  for (int pid = 0; pids >> pid; ++count)
    EXPECT_FALSE(is_alive(pid)) << pid;
  EXPECT_EQ(count, 3);
  EXPECT_EQ(all_.back().news.last().end, (child_end{false, 3}));
}

TEST_F(keeper_linux_test, a_fork_storm_is_killed_with_it) {
  kept& k = start(shell(
      "i=0; while [ $i -lt 40 ]; do (j=0; while [ $j -lt 20 ]; do sleep 1003 & j=$((j+1)); done; wait) & "
      "i=$((i+1)); done; echo many; wait"));
  ASSERT_TRUE(says("many"));
  EXPECT_TRUE(k.hold->kill());
  k.news.last();
  test::child_options look;
  look.program = "/bin/sh";
  look.arguments = {"-c", "pgrep -fc '^sleep 1003$'"};
  look.output_file = folder_ / "left";
  const auto left = test::run(look, test::long_bound);
  ASSERT_TRUE(left);
  EXPECT_EQ(left->output, "0\n");
}

TEST_F(keeper_linux_test, the_program_its_group_or_its_tree_is_asked) {
  const auto ends_with = [&](stop_request::scope to, const std::string& script) {
    kept& k = start(shell(script));
    EXPECT_TRUE(says("started"));
    stop_request r;
    r.to = to;
    EXPECT_TRUE(k.hold->ask(r));
    const child_end e = k.news.last().end;
    std::filesystem::remove(folder_ / "output");
    return e;
  };
  EXPECT_EQ(ends_with(stop_request::scope::group, "trap 'exit 3' TERM; sleep 1000 & echo started; wait"),
            (child_end{false, 3}));
  EXPECT_EQ(ends_with(stop_request::scope::program, "trap 'exit 4' TERM; sleep 1000 & echo started; wait"),
            (child_end{false, 4}));
  // Hears nothing itself, and ends when the child in a session of its own does.
  EXPECT_EQ(ends_with(stop_request::scope::tree,
                      "trap : TERM; setsid sh -c 'trap \"exit 5\" TERM; echo started; "
                      "while :; do sleep 0.01; done' & "
                      "until wait $!; [ $? = 5 ]; do :; done; exit 5"),
            (child_end{false, 5}));
}

TEST_F(keeper_linux_test, one_that_has_stopped_itself_hears_of_its_stop_too) {
  kept& k = start(shell("trap 'exit 6' TERM; echo started; kill -STOP $$"));
  ASSERT_TRUE(says("started"));
  ASSERT_TRUE(k.news.reaches(keep_phase::running));
  const std::string stat = "/proc/" + std::to_string(k.news.all().back().program.pid) + "/stat";
  ASSERT_TRUE(test::wait_until([&] { return test::read_file(stat).find(") T ") != std::string::npos; },
                               test::long_bound));
  EXPECT_TRUE(k.hold->ask({}));
  EXPECT_EQ(k.news.last().end, (child_end{false, 6}));
}

TEST_F(keeper_linux_test, a_daemon_is_followed) {
  launch_command c =
      shell("sh -c 'setsid sh -c \"trap \\\"exit 9\\\" TERM; echo daemon \\$\\$; while :; do sleep 0.01; "
            "done\" &' ; exit 0");
  c.daemon = true;
  kept& k = start(c);
  ASSERT_TRUE(says("daemon"));
  const std::uint32_t pid = static_cast<std::uint32_t>(std::stoul(output().substr(7)));
  EXPECT_TRUE(test::wait_until(
      [&] { return !k.news.all().empty() && k.news.all().back().program.pid == pid; }, test::long_bound));
  EXPECT_TRUE(k.hold->ask({}));
  const keeper_record r = k.news.last();
  EXPECT_EQ(r.end, (child_end{false, 9}));
}

// The one between the program and the daemon ends while the keeper looks for who is left.
TEST_F(keeper_linux_test, a_daemon_is_followed_past_one_that_ends_at_the_same_time) {
  launch_command c = shell("( ( sleep 100 ) & ) & exit 0");
  c.daemon = true;
  for (int i = 0; i < 100; ++i) {
    kept& k = start(c);
    ASSERT_TRUE(test::wait_until(
        [&] {
          const auto news = k.news.all();
          return !news.empty() &&
                 (news.back().phase == keep_phase::ended || is_named(news.back().program.pid, "sleep"));
        },
        test::long_bound));
    ASSERT_NE(k.news.all().back().phase, keep_phase::ended) << "the daemon was lost in round " << i;
    EXPECT_TRUE(k.hold->ask({}));
    ASSERT_EQ(k.news.last().end, (child_end{true, SIGTERM}));
  }
}

TEST_F(keeper_linux_test, signals_that_the_agent_ignores_or_blocks_are_its_own_affair) {
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  std::signal(SIGHUP, SIG_IGN);
  const child_end term = run(shell("kill -TERM $$; exit 1")).end;
  const child_end hup = run(shell("kill -HUP $$; exit 1")).end;
  std::signal(SIGHUP, SIG_DFL);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(term, (child_end{true, SIGTERM}));
  EXPECT_EQ(hup, (child_end{true, SIGHUP}));
}

TEST_F(keeper_linux_test, only_the_three_standard_descriptors_are_open_and_a_session_is_its_own) {
  run(shell("for n in 3 4 5 6 7 8 9 10 11 12 13 14 15; do [ -e /proc/$$/fd/$n ] && echo $n is open; done;"
            "read -r pid name state parent group session rest < /proc/$$/stat;"
            "[ $session = $$ ] && [ $group = $$ ] && echo its own"));
  EXPECT_EQ(output(), "its own\n");
}

TEST_F(keeper_linux_test, a_file_that_is_no_program_is_refused_with_the_reason) {
  const std::filesystem::path file = folder_ / "text";
  test::write_file(file, "no program");
  EXPECT_THAT(run(command(file.string(), {})).failure, HasSubstr("Permission denied"));
  ::chmod(file.c_str(), 0755);
  EXPECT_THAT(run(command(file.string(), {})).failure, HasSubstr("Exec format error"));
  test::write_file(file, std::string("\x7f"
                                     "ELF\x02\x01\x01",
                                     7) +
                             std::string(11, '\0') + "\xf3" + std::string(200, '\0'));
  ::chmod(file.c_str(), 0755);
  EXPECT_THAT(run(command(file.string(), {})).failure, HasSubstr("Exec format error"))
      << "of another machine";
}

TEST_F(keeper_linux_test, one_that_closes_its_output_lives_on) {
  kept& k = start(shell("echo before; exec >&- 2>&-; while [ ! -e '" + (folder_ / "go").string() +
                        "' ]; do sleep 0.01; done; exit 2"));
  ASSERT_TRUE(says("before"));
  EXPECT_FALSE(k.news.has(keep_phase::ended));
  test::write_file(folder_ / "go", "");
  EXPECT_EQ(k.news.last().end, (child_end{false, 2}));
}

TEST_F(keeper_linux_test, output_goes_on_while_no_host_is_there) {
  kept& k = start(bystander({"lines", "2000000"}));
  ASSERT_TRUE(k.news.reaches(keep_phase::running));
  host_.reset();
  const auto ended = [&] {
    const auto r = written();
    return r && r->phase == keep_phase::ended;
  };
  ASSERT_TRUE(test::wait_until(ended, test::long_bound));
  const std::string all = output();
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 2'000'000);
  EXPECT_TRUE(all.ends_with("line 1999999\n"));
}

TEST_F(keeper_linux_test, a_keeper_that_is_killed_takes_its_program_with_it) {
  kept& k = start(shell("sleep 1004 & echo $!; wait"));
  ASSERT_TRUE(says("\n"));
  ASSERT_TRUE(k.news.reaches(keep_phase::running));
  const keeper_record r = k.news.all().back();
  ::kill(static_cast<pid_t>(r.keeper.pid), SIGKILL);
  EXPECT_EQ(k.news.last().phase, keep_phase::lost);
  const int child = std::stoi(output());
  EXPECT_TRUE(test::wait_until([&] { return !is_alive(child); }, test::long_bound)) << "init waits for it";
}

TEST_F(keeper_linux_test,
       a_keeper_takes_the_successor_and_what_is_asked_of_the_one_before_is_not_asked_of_it) {
  kept& first = start(shell("echo first"));
  const keeper_record before = first.news.last();
  kept& second = start(shell("trap 'exit 8' TERM; echo second; while :; do sleep 0.01; done"));
  ASSERT_TRUE(says("second"));
  ASSERT_TRUE(second.news.reaches(keep_phase::running));
  EXPECT_EQ(second.news.all().back().keeper, before.keeper);
  EXPECT_TRUE(first.hold->kill());
  EXPECT_TRUE(second.hold->ask(stop_request{}));
  EXPECT_EQ(second.news.last().end, (child_end{false, 8}));
}

TEST_F(keeper_linux_test, a_keeper_without_a_successor_leaves_and_the_next_launch_has_another) {
  const keeper_record before = run(shell("exit 0"));
  EXPECT_TRUE(
      test::wait_until([&] { return !is_alive(static_cast<int>(before.keeper.pid)); }, test::long_bound));
  EXPECT_NE(run(shell("exit 0")).keeper, before.keeper);
}

TEST_F(keeper_linux_test, a_keeper_that_waits_leaves_with_its_host) {
  const keeper_record before = run(shell("exit 0"));
  ASSERT_TRUE(is_alive(static_cast<int>(before.keeper.pid)));
  host_.reset();
  const auto state = [&] {
    return test::read_file(std::filesystem::path("/proc") / std::to_string(before.keeper.pid) / "stat");
  };
  EXPECT_TRUE(test::wait_until([&] { return state().find(") Z ") != std::string::npos; }, test::long_bound));
  host_ = new_host();
}

TEST_F(keeper_linux_test, limits_and_niceness_are_set_and_one_too_small_or_too_large_is_told) {
  launch_command c = shell("ulimit -n; ulimit -c; umask; cut -d' ' -f19 /proc/$$/stat");
  c.limits = {{limited::open_files, 77}, {limited::core_size, 0}};
  c.umask = 0027;
  c.nice = 5;
  run(c);
  EXPECT_EQ(output(), "77\n0\n0027\n5\n");
  c.limits = {{limited::address_space, 4096}};
  EXPECT_TRUE(run(c).end.by_signal) << "the kernel has no room to load it";
  if (::geteuid() == 0) return; // may raise any
  c.limits = {{limited::open_files, 100'000'000}};
  EXPECT_THAT(run(c).failure, HasSubstr("limit open_files of 100000000: Operation not permitted"));
}

TEST_F(keeper_linux_test, a_tree_that_takes_more_memory_than_its_limit_ends_as_one) {
  const resource_limit limit{limited::memory, 32 << 20};
  if (const std::string why = refusal_of(limit); !why.empty()) {
    EXPECT_THAT(why, testing::StartsWith("limit memory: "));
    GTEST_SKIP() << why;
  }
  // Two that together take too much, and each of them alone does not.
  launch_command c =
      shell("sleep 1000 & echo $!; for i in 1 2; do (x=$(head -c 20000000 /dev/zero | tr '\\0' x); "
            "echo has; sleep 1000) & done; wait; exit 3");
  c.limits = {limit};
  const keeper_record r = run(c);
  EXPECT_EQ(r.end, (child_end{true, SIGKILL}));
  EXPECT_TRUE(r.is_out_of_memory);
  EXPECT_FALSE(is_alive(std::stoi(output())));
  EXPECT_FALSE(run(shell("kill -KILL $$")).is_out_of_memory);
}

TEST_F(keeper_linux_test, a_tree_gets_no_more_processor_time_than_its_limit) {
  const resource_limit limit{limited::cpu, 200};
  if (const std::string why = refusal_of(limit); !why.empty()) {
    EXPECT_THAT(why, testing::StartsWith("limit cpu: "));
    GTEST_SKIP() << why;
  }
  // Three seconds of two that would take all they get.
  launch_command c = shell("for i in 1 2; do timeout 3 sh -c 'while :; do :; done' & done; wait; "
                           "cut -d' ' -f16,17 /proc/$$/stat");
  c.limits = {limit};
  run(c);
  std::istringstream numbers(output());
  long user = 0, system = 0;
  ASSERT_TRUE(numbers >> user >> system) << output();
  const double seconds = static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  EXPECT_GT(seconds, 0.1);
  EXPECT_LT(seconds, 1.2) << "of 0.6 and what the start took";
}

// Linux 6.18 kills whoever is born into a group that was killed before.
TEST_F(keeper_linux_test, a_group_that_was_killed_once_takes_the_next_program) {
  managed_cgroups groups(instance());
  const auto left = groups.make("test", {});
  ASSERT_TRUE(left) << left.error().message;
  if (left->empty()) GTEST_SKIP() << "no control groups may be made here";
  groups.kill("test");
  EXPECT_EQ(run(shell("exit 3")).end, (child_end{false, 3}));

  // Nor is it taken away from one that is in it.
  ASSERT_TRUE(groups.make("test", {}));
  groups.kill("test");
  test::child_options how;
  how.program = "/bin/sleep";
  how.arguments = {"1005"};
  auto inside = test::child::start(how);
  ASSERT_TRUE(inside) << inside.error().message;
  std::ofstream(*left + "/cgroup.procs") << inside->pid();
  run(shell("cat /proc/self/cgroup; exit 4"));
  EXPECT_THAT(output(), HasSubstr("/reeve-" + instance() + "/test\n"));
  EXPECT_EQ(all_.back().news.last().end, (child_end{false, 4}));
  EXPECT_TRUE(inside->running());
  ASSERT_TRUE(inside->kill());
  ASSERT_TRUE(inside->wait(test::long_bound));
  groups.remove("test");
}

TEST_F(keeper_linux_test, an_account_is_taken_with_its_groups_and_home) {
  launch_command c = shell("id -un; id -u; pwd; echo $HOME $USER");
  c.account = "nobody-at-all";
  const auto refused = host_->launch(place(), c, [](const keeper_record&) {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("account nobody-at-all"));
  if (::geteuid() != 0) GTEST_SKIP() << "only root may start a program as another account";
  c.account = "nobody";
  run(c);
  EXPECT_THAT(output(), HasSubstr("nobody\n65534\n/\n"));
  EXPECT_THAT(output(), HasSubstr(" nobody\n"));
}

} // namespace
} // namespace reeve::os
