// SPDX-License-Identifier: Apache-2.0
// Real programs, started and ended.
#include "reeve/os/child_process.hpp"

#include "reeve/base/strings.hpp"
#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <future>

namespace reeve::os {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

class child_process_test : public testing::Test {
 protected:
  struct started {
    std::unique_ptr<child_process> process;
    std::future<child_end> end;
  };

  child_command bystander(std::vector<std::string> args) const {
    child_command c;
    c.program = (std::filesystem::path(REEVE_TEST_PROGRAMS) / test::executable_name("bystander")).string();
    c.args = std::move(args);
    c.output = (folder_ / "output").string();
    return c;
  }

  result<started> start(const child_command& c) {
    auto told = std::make_shared<std::promise<child_end>>();
    started out;
    out.end = told->get_future();
    auto made = starter_->start(c, [told](child_end e) { told->set_value(e); });
    if (!made) return made.error();
    out.process = *std::move(made);
    return out;
  }

  child_end run(const child_command& c) {
    auto s = start(c);
    if (!s) {
      ADD_FAILURE() << s.error().message;
      return {};
    }
    return end_of(*s);
  }

  static child_end end_of(started& s) {
    if (s.end.wait_for(20s) != std::future_status::ready) {
      ADD_FAILURE() << "its end was not told within 20 s";
      (void)s.process->kill();
      return {};
    }
    return s.end.get();
  }

  // Without carriage returns, which text files of Windows have.
  std::string output() const {
    std::string text = test::read_file(folder_ / "output");
    std::erase(text, '\r');
    return text;
  }

  test::temp_dir folder_;
  std::unique_ptr<child_starter> starter_ = *child_starter::create();
};

TEST_F(child_process_test, tells_the_exit_code) {
  EXPECT_EQ(run(bystander({"exit", "0"})).code, 0);
  const child_end e = run(bystander({"exit", "7"}));
  EXPECT_FALSE(e.by_signal);
  EXPECT_EQ(e.code, 7);
}

TEST_F(child_process_test, arguments_arrive_as_they_are) {
  run(bystander({"print", "two words", "", "\"quoted\"", "back\\slash\\", "100%", "$HOME", "a\\\"b", "*"}));
  EXPECT_EQ(output(), "[two words]\n[]\n[\"quoted\"]\n[back\\slash\\]\n[100%]\n[$HOME]\n[a\\\"b]\n[*]\n");
}

TEST_F(child_process_test, environment_and_folder_are_the_given_ones_and_output_is_appended) {
  child_command c = bystander({"environment", "REEVE_TEST_VALUE"});
  run(c);
  c.env = {{"REEVE_TEST_VALUE", "a = b"}};
  run(c);
  c.env = {{"REEVE_TEST_VALUE", ""}};
  run(c);
  EXPECT_THAT(output(), StartsWith("(unset)\na = b\n"));
  c = bystander({"directory"});
  c.cwd = folder_.path().string();
  run(c);
  EXPECT_THAT(output(), HasSubstr(folder_.path().filename().string() + "\n"));
}

TEST_F(child_process_test, a_killed_one_is_told_and_its_identity_is_not_empty) {
  auto s = start(bystander({"stay"}));
  ASSERT_TRUE(s) << s.error().message;
  EXPECT_NE(s->process->id().pid, 0u);
  EXPECT_NE(s->process->id().start, 0u);
  EXPECT_TRUE(s->process->kill());
  const child_end e = end_of(*s);
  EXPECT_TRUE(e.by_signal || e.code != 0);
  EXPECT_FALSE(s->process->kill().has_value() && s->process->ask_to_end().has_value()) << "it is gone";
}

TEST_F(child_process_test, many_at_once_are_all_told) {
  std::vector<started> all;
  for (int i = 0; i < 40; ++i) {
    auto s = start(bystander({"exit", std::to_string(i)}));
    ASSERT_TRUE(s) << s.error().message;
    all.push_back(*std::move(s));
  }
  for (int i = 0; i < 40; ++i)
    EXPECT_EQ(end_of(all[static_cast<std::size_t>(i)]).code, i);
}

TEST_F(child_process_test, what_is_wrong_is_said_with_its_name) {
  child_command c = bystander({"exit", "0"});
  c.program = (folder_ / "nothing").string();
  EXPECT_THAT(start(c).error().message, HasSubstr("program " + c.program));
  EXPECT_EQ(start(c).error().code, errc::not_found);
  c.program = folder_.path().string();
  EXPECT_FALSE(start(c));
  c = bystander({"exit", "0"});
  c.cwd = (folder_ / "nowhere").string();
  EXPECT_THAT(start(c).error().message, HasSubstr("folder " + c.cwd));
  c = bystander({"exit", "0"});
  c.output = (folder_ / "nowhere" / "output").string();
  EXPECT_THAT(start(c).error().message, HasSubstr("output " + c.output));
}

TEST_F(child_process_test, the_starter_may_go_before_its_programs) {
  auto s = start(bystander({"stay"}));
  ASSERT_TRUE(s) << s.error().message;
  starter_.reset();
  EXPECT_TRUE(s->process->kill());
}

} // namespace
} // namespace reeve::os
