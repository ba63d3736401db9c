// SPDX-License-Identifier: Apache-2.0
// What only Linux has: groups, signals, and what a shell leaves behind.
#include "reeve/os/child_process.hpp"

#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <future>
#include <sys/stat.h>

namespace reeve::os {
namespace {

using namespace std::chrono_literals;

class child_group_test : public testing::Test {
 protected:
  child_end run(const std::string& script, bool ask = false) {
    std::promise<child_end> told;
    auto end = told.get_future();
    child_command c;
    c.program = "/bin/sh";
    c.args = {"-c", script};
    c.output = (folder_ / "output").string();
    auto s = starter_->start(c, [&](child_end e) { told.set_value(e); });
    EXPECT_TRUE(s);
    if (ask) {
      EXPECT_TRUE(test::wait_until([&] { return !output().empty(); }, test::long_bound));
      EXPECT_TRUE((*s)->ask_to_end());
    }
    EXPECT_EQ(end.wait_for(20s), std::future_status::ready);
    return end.get();
  }
  std::string output() const { return test::read_file(folder_ / "output"); }
  static bool is_alive(int pid) { return ::kill(pid, 0) == 0; }

  test::temp_dir folder_;
  std::unique_ptr<child_starter> starter_ = *child_starter::create();
};

TEST_F(child_group_test, what_it_leaves_in_its_group_is_killed_before_its_end_is_told) {
  run("sleep 1000 & echo $!");
  const int left = std::stoi(output());
  // It is no child of ours: whoever inherited it may take a moment to wait for it.
  EXPECT_TRUE(test::wait_until([&] { return !is_alive(left); }, test::long_bound));
}

TEST_F(child_group_test, the_whole_group_is_asked_to_end) {
  const child_end e = run("trap 'exit 3' TERM; sleep 1000 & echo started; wait", true);
  EXPECT_FALSE(e.by_signal);
  EXPECT_EQ(e.code, 3);
}

TEST_F(child_group_test, signals_that_the_agent_ignores_or_blocks_are_its_own_affair) {
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  std::signal(SIGHUP, SIG_IGN);
  const child_end term = run("kill -TERM $$; exit 1");
  const child_end hup = run("kill -HUP $$; exit 1");
  std::signal(SIGHUP, SIG_DFL);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_TRUE(term.by_signal);
  EXPECT_EQ(term.code, SIGTERM);
  EXPECT_TRUE(hup.by_signal);
}

TEST_F(child_group_test, only_the_three_standard_descriptors_are_open_and_a_session_is_its_own) {
  run("for n in 3 4 5 6 7 8 9 10 11 12 13 14 15; do [ -e /proc/$$/fd/$n ] && echo $n is open; done;"
      "read -r pid name state parent group session rest < /proc/$$/stat;"
      "[ $session = $$ ] && [ $group = $$ ] && echo its own");
  EXPECT_EQ(output(), "its own\n");
}

TEST_F(child_group_test, a_file_that_is_no_program_is_refused_with_the_reason) {
  const std::filesystem::path file = folder_ / "text";
  test::write_file(file, "no program");
  child_command c;
  c.program = file.string();
  EXPECT_EQ(starter_->start(c, [](child_end) {}).error().code, errc::access_denied);
  ::chmod(file.c_str(), 0755);
  EXPECT_NE(starter_->start(c, [](child_end) {}).error().message.find("does not start"), std::string::npos);
}

} // namespace
} // namespace reeve::os
