// SPDX-License-Identifier: Apache-2.0
// What only Windows has: job objects, consoles, windows.
#include "tests/unit/os/keeper_rig.hpp"

#include "tests/support/under_wine.hpp"
#include "windows/unique_handle.hpp"

#include <gmock/gmock.h>

#include <sstream>
#include <thread>

namespace reeve::os {
namespace {

using testing::HasSubstr;
using means = stop_request::means;

unique_handle open(std::uint32_t pid, DWORD access = SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION) {
  return unique_handle(OpenProcess(access, FALSE, pid));
}
bool is_alive(const unique_handle& process) {
  return process && WaitForSingleObject(process.get(), 0) == WAIT_TIMEOUT;
}

class keeper_windows_test : public keeper_rig {
 protected:
  launch_command offspring(std::vector<std::string> args) const {
    return command(program("offspring"), std::move(args));
  }
  // Of all that said it so far.
  std::vector<std::uint32_t> pids() const {
    std::vector<std::uint32_t> out;
    std::istringstream lines(output());
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("pid ")) out.push_back(static_cast<std::uint32_t>(std::stoul(line.substr(4))));
    return out;
  }
  // Another program of the same host; it has said something.
  kept& start_beside(launch_command c) {
    const std::filesystem::path file = folder_ / "other output";
    c.output.file = file.string();
    kept& k = start(c, "beside");
    const auto has_spoken = [&] { return std::filesystem::exists(file) && !test::read_file(file).empty(); };
    EXPECT_TRUE(test::wait_until(has_spoken, test::long_bound));
    return k;
  }
  child_end after(kept& k, means by) {
    EXPECT_TRUE(says("ready"));
    const auto asked = k.hold->ask({by});
    EXPECT_TRUE(asked) << asked.error().message;
    return k.news.last().end;
  }
};

TEST_F(keeper_windows_test, nothing_of_its_job_is_left_when_its_end_is_told) {
  // A child of a process that has ended, and one of a process that has not.
  kept& k = start(offspring({"stay", program("offspring"), "0", program("bystander"), "deaf"}));
  ASSERT_TRUE(says("ready"));
  const auto all = pids();
  ASSERT_EQ(all.size(), 2u);
  const unique_handle grandchild = open(all[1]), program = open(k.news.all().back().program.pid);
  EXPECT_TRUE(is_alive(grandchild));
  EXPECT_TRUE(k.hold->kill());
  EXPECT_EQ(k.news.last().end, (child_end{false, 1}));
  EXPECT_FALSE(is_alive(grandchild));
  EXPECT_FALSE(is_alive(program));
}

TEST_F(keeper_windows_test, what_it_leaves_behind_is_ended) {
  EXPECT_EQ(run(offspring({"3", program("bystander"), "deaf"})).end, (child_end{false, 3}));
  ASSERT_EQ(pids().size(), 1u);
  EXPECT_FALSE(is_alive(open(pids()[0])));
}

TEST_F(keeper_windows_test, strangers_that_write_into_its_output_do_not_hold_up_its_end) {
  launch_command c = command(program("relatives"), {"lend"});
  c.output.max_size_bytes = 10'000'000;
  c.output.max_files = 1;
  kept& k = start(c);
  ASSERT_TRUE(says("\n"));
  ASSERT_TRUE(k.news.reaches(keep_phase::running));
  const keeper_record r = k.news.all().back();
  HANDLE copy = nullptr;
  const auto number =
      static_cast<std::uintptr_t>(std::stoull(output().substr(std::string("handle ").size())));
  ASSERT_TRUE(DuplicateHandle(open(r.program.pid, PROCESS_DUP_HANDLE).get(), reinterpret_cast<HANDLE>(number),
                              GetCurrentProcess(), &copy, 0, FALSE, DUPLICATE_SAME_ACCESS));
  const unique_handle lent(copy);
  // Several, so that something is there at each look.
  std::vector<std::thread> strangers;
  for (int i = 0; i < 16; ++i)
    strangers.emplace_back([&] {
      const std::string line = std::string(60'000, 'y') + '\n';
      for (DWORD n = 0; WriteFile(lent.get(), line.data(), static_cast<DWORD>(line.size()), &n, nullptr);) {
      }
    });
  EXPECT_TRUE(
      test::wait_until([&] { return std::filesystem::exists(folder_ / "output.1"); }, test::long_bound));
  EXPECT_TRUE(k.hold->kill());
  EXPECT_EQ(k.news.last().end, (child_end{false, 1}));
  TerminateProcess(open(r.keeper.pid, PROCESS_TERMINATE).get(), 1); // when that failed
  for (std::thread& stranger : strangers)
    stranger.join();
}

TEST_F(keeper_windows_test, a_daemon_is_followed) {
  launch_command c = offspring({"0", program("bystander"), "wait-for", (folder_ / "go").string(), "9"});
  c.daemon = true;
  kept& k = start(c);
  ASSERT_TRUE(says("pid"));
  const std::uint32_t pid = pids()[0];
  EXPECT_TRUE(test::wait_until(
      [&] { return !k.news.all().empty() && k.news.all().back().program.pid == pid; }, test::long_bound));
  test::write_file(folder_ / "go", "");
  EXPECT_EQ(k.news.last().end, (child_end{false, 9}));
}

TEST_F(keeper_windows_test, a_keeper_that_is_killed_takes_its_program_with_it) {
  kept& k = start(offspring({"stay", program("bystander"), "deaf"}));
  ASSERT_TRUE(says("ready"));
  ASSERT_TRUE(k.news.reaches(keep_phase::running));
  const keeper_record r = k.news.all().back();
  const unique_handle program = open(r.program.pid), child = open(pids()[0]);
  TerminateProcess(open(r.keeper.pid, PROCESS_TERMINATE).get(), 1);
  EXPECT_EQ(k.news.last().phase, keep_phase::lost);
  EXPECT_FALSE(is_alive(program));
  EXPECT_TRUE(test::wait_until([&] { return !is_alive(child); }, test::long_bound));
  EXPECT_FALSE(k.hold->kill()) << "nobody is there to do it";
}

TEST_F(keeper_windows_test, a_keeper_that_was_killed_while_no_host_was_there_is_found_lost) {
  kept& k = start(bystander({"deaf"}));
  ASSERT_TRUE(says("ready"));
  ASSERT_TRUE(k.news.reaches(keep_phase::running));
  const keeper_record r = k.news.all().back();
  host_.reset();
  const unique_handle keeper = open(r.keeper.pid, PROCESS_TERMINATE | SYNCHRONIZE);
  TerminateProcess(keeper.get(), 1);
  WaitForSingleObject(keeper.get(), 30'000);
  host_ = new_host();
  keeper_news news;
  const found_keeper found = host_->adopt(place().folder, news.listener());
  EXPECT_FALSE(found.alive);
  ASSERT_TRUE(found.record);
  EXPECT_EQ(found.record->phase, keep_phase::lost);
  EXPECT_FALSE(is_alive(open(r.program.pid)));
}

TEST_F(keeper_windows_test, ctrl_c_reaches_the_program_and_neither_others_nor_this_process) {
  kept& other = start_beside(bystander({"heed"}));
  EXPECT_EQ(after(start(bystander({"heed"})), means::ctrl_c), (child_end{false, 11}));
  EXPECT_FALSE(is_last(other.news.all().back()));
  EXPECT_TRUE(other.hold->ask({means::ctrl_c}));
  EXPECT_EQ(other.news.last().end, (child_end{false, 11}));
}

TEST_F(keeper_windows_test, ctrl_c_reaches_a_program_whose_agent_ignores_it) {
  SetConsoleCtrlHandler(nullptr, TRUE);
  kept& k = start(bystander({"heed"}));
  SetConsoleCtrlHandler(nullptr, FALSE);
  EXPECT_EQ(after(k, means::ctrl_c), (child_end{false, 11}));
}

TEST_F(keeper_windows_test, ctrl_c_is_not_heard_by_one_that_ignores_it) {
  kept& k = start(bystander({"deaf"}));
  ASSERT_TRUE(says("ready"));
  kept& other = start_beside(bystander({"heed"}));
  EXPECT_TRUE(k.hold->ask({means::ctrl_c}));
  EXPECT_TRUE(other.hold->ask({means::ctrl_c}));
  other.news.last();
  EXPECT_FALSE(is_last(k.news.all().back()));
  EXPECT_TRUE(k.hold->kill());
  EXPECT_EQ(k.news.last().end, (child_end{false, 1}));
}

TEST_F(keeper_windows_test, ctrl_break_reaches_the_program) {
  if (test::under_wine()) GTEST_SKIP() << "Wine 8.0 sends no Ctrl+Break";
  EXPECT_EQ(after(start(bystander({"heed"})), means::ctrl_break), (child_end{false, 12}));
}

TEST_F(keeper_windows_test, an_adopted_one_is_asked_too) {
  kept& k = start(bystander({"heed"}));
  ASSERT_TRUE(says("ready"));
  ASSERT_TRUE(k.news.reaches(keep_phase::running));
  k.hold.reset();
  host_.reset();
  host_ = new_host();
  keeper_news news;
  const found_keeper found = host_->adopt(place().folder, news.listener());
  ASSERT_TRUE(found.alive);
  EXPECT_TRUE(found.alive->ask({means::ctrl_c}));
  EXPECT_EQ(news.last().end, (child_end{false, 11}));
}

TEST_F(keeper_windows_test, a_window_is_closed) {
  kept& k = start(command(program("window"), {"8"}));
  ASSERT_TRUE(test::wait_until([&] { return !output().empty(); }, test::long_bound));
  if (output() == "no window\n") GTEST_SKIP() << "this system shows no windows";
  EXPECT_EQ(after(k, means::close_window), (child_end{false, 8}));
}

TEST_F(keeper_windows_test, one_without_a_window_is_told_at_once_and_goes_on) {
  kept& k = start(bystander({"heed"}));
  ASSERT_TRUE(says("ready"));
  const auto asked = k.hold->ask({means::close_window});
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().code, errc::unsupported);
  EXPECT_FALSE(k.hold->ask({means::signal}));
  EXPECT_FALSE(is_last(k.news.all().back()));
}

TEST_F(keeper_windows_test, niceness_becomes_the_nearest_priority_class) {
  if (test::under_wine()) GTEST_SKIP() << "Wine 8.0 starts every program in the normal class";
  for (const auto& [nice, wanted] : {std::pair{19, IDLE_PRIORITY_CLASS},
                                     {5, BELOW_NORMAL_PRIORITY_CLASS},
                                     {0, NORMAL_PRIORITY_CLASS},
                                     {-10, ABOVE_NORMAL_PRIORITY_CLASS}}) {
    launch_command c = bystander({"stay"});
    c.nice = nice;
    kept& k = start(c);
    ASSERT_TRUE(k.news.reaches(keep_phase::running));
    const unique_handle program = open(k.news.all().back().program.pid);
    EXPECT_EQ(GetPriorityClass(program.get()), static_cast<DWORD>(wanted)) << nice;
    EXPECT_TRUE(k.hold->kill());
    k.news.last();
  }
}

TEST_F(keeper_windows_test, no_more_processes_are_started_than_its_limit_allows) {
  if (test::under_wine()) GTEST_SKIP() << "Wine 8.0 takes the limits of jobs and heeds but one of them";
  launch_command c = offspring({"0", program("bystander"), "exit", "0"});
  c.limits = {{limited::processes, 1}};
  EXPECT_EQ(run(c).end, (child_end{false, 100}));
}

TEST_F(keeper_windows_test, a_processor_time_that_is_used_up_ends_it) {
  if (test::under_wine()) GTEST_SKIP() << "Wine 8.0 takes the limits of jobs and heeds but one of them";
  launch_command c = bystander({"lines", "2000000000"});
  c.output.to = output_plan::target::nowhere;
  c.limits = {{limited::cpu_seconds, 1}};
  EXPECT_NE(run(c).end, child_end{});
}

TEST_F(keeper_windows_test, a_tree_commits_no_more_memory_than_its_limit) {
  if (test::under_wine()) GTEST_SKIP() << "Wine 8.0 takes the limits of jobs and heeds but one of them";
  launch_command c = bystander({"exit", "0"});
  c.limits = {{limited::memory, 1 << 20}};
  const keeper_record r = run(c);
  EXPECT_TRUE(r.phase == keep_phase::failed || r.end != child_end{}) << "it needs more to start";
  c.limits = {{limited::memory, 1 << 30}};
  EXPECT_EQ(run(c).end, child_end{});
}

TEST_F(keeper_windows_test, a_tree_gets_no_more_processor_time_than_its_limit) {
  launch_command c = bystander({"lines", "2000000000"});
  c.output.to = output_plan::target::nowhere;
  c.limits = {{limited::cpu, 200}};
  kept& k = start(c);
  if (test::under_wine()) {
    EXPECT_THAT(k.news.last().failure, HasSubstr("limit cpu of the job object")) << "refused, not forgotten";
    GTEST_SKIP() << "Wine 8.0 knows no rate of processor time";
  }
  ASSERT_TRUE(k.news.reaches(keep_phase::running));
  const unique_handle process = open(k.news.all().back().program.pid);
  EXPECT_FALSE(WaitForSingleObject(process.get(), 3000) == WAIT_OBJECT_0);
  FILETIME begun{}, ended{}, kernel{}, user{};
  ASSERT_TRUE(GetProcessTimes(process.get(), &begun, &ended, &kernel, &user));
  const auto seconds = [](const FILETIME& t) {
    return (static_cast<double>(t.dwHighDateTime) * 4294967296.0 + t.dwLowDateTime) / 1e7;
  };
  EXPECT_LT(seconds(kernel) + seconds(user), 1.5) << "of 0.6 and what the start took";
}

TEST_F(keeper_windows_test, what_there_is_not_on_windows_is_refused_with_its_name) {
  launch_command c = bystander({"exit", "0"});
  c.limits = {{limited::address_space, 1 << 30}, {limited::open_files, 77}};
  EXPECT_THAT(run(c).failure, HasSubstr("limit open_files of 77"));
  c.limits = {{limited::open_files, UINT64_MAX}};
  EXPECT_EQ(run(c).phase, keep_phase::ended) << "no limit is what there is";
  c.umask = 027;
  EXPECT_THAT(run(c).failure, HasSubstr("umask"));
  c = bystander({"exit", "0"});
  c.account = "somebody";
  const auto refused = host_->launch(place(), c, [](const keeper_record&) {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("account somebody"));
}

TEST_F(keeper_windows_test, a_batch_file_is_refused_by_whatever_name) {
  for (const char* name : {"run.bat", "run.CMD"})
    test::write_file(folder_ / name, "@exit 0\r\n");
  for (const char* name : {"run.bat", "run.CMD", "run.bat.", "run.bat ", "run.cmd. ."})
    EXPECT_FALSE(run(command((folder_.path() / name).string(), {})).failure.empty()) << name;
  EXPECT_THAT(run(command((folder_ / "run.bat").string(), {})).failure, HasSubstr("is a batch file"));
}

TEST_F(keeper_windows_test, a_file_that_is_no_program_is_refused_with_its_name) {
  test::write_file(folder_ / "text.exe", "no program");
  EXPECT_THAT(run(command((folder_ / "text.exe").string(), {})).failure,
              HasSubstr("program " + (folder_ / "text.exe").string()));
}

} // namespace
} // namespace reeve::os
