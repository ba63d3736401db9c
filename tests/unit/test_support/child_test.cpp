// SPDX-License-Identifier: Apache-2.0
#include "tests/support/child.hpp"

#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;

std::filesystem::path bystander() {
  return std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name("bystander");
}

std::string lines(std::string text) { // without the carriage returns that Windows adds
  std::erase(text, '\r');
  return text;
}

class child_test : public testing::Test {
 protected:
  temp_dir folder_;

  child_options options(std::vector<std::string> arguments) {
    child_options out;
    out.program = bystander();
    out.arguments = std::move(arguments);
    out.output_file = folder_ / "output";
    return out;
  }
};

TEST_F(child_test, arguments_arrive_as_they_were_given) {
  const std::vector<std::string> tricky = {"plain",           "with blank",  "",
                                           "a\"quote",        "back\\slash", "ends in blank\\",
                                           "\\\\server\\x y", "\\\"mixed\\", "tab\there"};
  auto arguments = tricky;
  arguments.insert(arguments.begin(), "print");
  const auto done = run(options(arguments), long_bound);
  ASSERT_TRUE(done) << done.error().message;
  std::string expected;
  for (const auto& argument : tricky)
    expected += "[" + argument + "]\n";
  EXPECT_EQ(lines(done->output), expected);
}

TEST_F(child_test, the_exit_code_comes_back) {
  const auto done = run(options({"exit", "37"}), long_bound);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->exit_code, 37);
}

TEST_F(child_test, environment_and_folder_are_set) {
  auto how = options({"environment", "REEVE_TEST_VARIABLE"});
  how.environment = {{"REEVE_TEST_VARIABLE", "a value = with blanks"}};
  EXPECT_EQ(lines(run(how, long_bound)->output), "a value = with blanks\n");

  how = options({"directory"});
  how.output_file = folder_ / "directory output";
  how.working_directory = folder_.path();
  const auto done = run(how, long_bound);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_THAT(done->output, HasSubstr(folder_.path().filename().string()));
}

TEST_F(child_test, it_reads_until_its_input_is_closed) {
  auto how = options({"wait"});
  how.input = child_stdin::held_open;
  auto process = child::start(how);
  ASSERT_TRUE(process) << process.error().message;
  ASSERT_TRUE(wait_until([&] { return process->output().find("ready") != std::string::npos; }, long_bound));
  EXPECT_TRUE(process->running());
  process->close_stdin();
  EXPECT_EQ(process->wait(long_bound), 0);
}

TEST_F(child_test, without_input_it_reads_the_end_at_once) {
  const auto done = run(options({"wait"}), long_bound);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->exit_code, 0);
}

TEST_F(child_test, terminate_and_kill_end_it) {
  for (const auto ask : {&child::terminate, &child::interrupt, &child::kill}) {
    auto how = options({"wait"});
    how.output_file = folder_ / "signalled";
    how.input = child_stdin::held_open;
    std::filesystem::remove(how.output_file);
    auto process = child::start(how);
    ASSERT_TRUE(process) << process.error().message;
    ASSERT_TRUE(wait_until([&] { return process->output().find("ready") != std::string::npos; }, long_bound));
    const auto asked = ((*process).*ask)();
    if (!asked && asked.error().code == errc::unsupported) continue; // Ctrl+Break under Wine
    ASSERT_TRUE(asked) << asked.error().message;
    EXPECT_TRUE(process->wait(long_bound)) << "it still runs";
  }
}

TEST_F(child_test, past_the_bound_run_kills_it_and_says_so) {
  auto how = options({"wait"});
  how.input = child_stdin::held_open;
  const auto done = run(how, milliseconds(50));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, errc::timed_out);
}

TEST_F(child_test, a_program_that_is_not_there_is_an_error) {
  auto how = options({});
  how.program = folder_ / "nothing here";
  const auto process = child::start(how);
  ASSERT_FALSE(process);
  EXPECT_EQ(process.error().code, errc::not_found);
}

TEST(quote_windows_argument, follows_the_runtime_rules) { // Microsoft, "Parsing C command-line arguments"
  EXPECT_EQ(quote_windows_argument("plain"), "plain");
  EXPECT_EQ(quote_windows_argument(""), R"("")");
  EXPECT_EQ(quote_windows_argument("a b"), R"("a b")");
  EXPECT_EQ(quote_windows_argument(R"(C:\a b\)"), R"("C:\a b\\")");
  EXPECT_EQ(quote_windows_argument(R"(C:\plain\)"), R"(C:\plain\)");
  EXPECT_EQ(quote_windows_argument(R"(say "hi")"), R"("say \"hi\"")");
  EXPECT_EQ(quote_windows_argument(R"(a\"b)"), R"("a\\\"b")");
}

} // namespace
} // namespace reeve::test
