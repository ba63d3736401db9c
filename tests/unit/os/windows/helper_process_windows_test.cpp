// SPDX-License-Identifier: Apache-2.0
// The processes behind handle_naming_test: that silence is noticed, and that nothing stays behind.
#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"
#include "windows/helper_process.hpp"
#include "windows/unique_handle.hpp"
#include "windows/utf.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

namespace reeve::os {
namespace {

using namespace std::chrono_literals;
using parse::handle_outcome;
using testing::ElementsAre;

std::string odd_helper() {
  return std::string(REEVE_TEST_PROGRAMS) + "/odd_helper.exe";
}

unique_handle watch(DWORD pid) {
  return unique_handle(OpenProcess(SYNCHRONIZE, FALSE, pid));
}
bool ends(const unique_handle& process) {
  return WaitForSingleObject(process.get(), static_cast<DWORD>(test::long_bound.count())) == WAIT_OBJECT_0;
}

std::vector<parse::handle_question> questions(std::initializer_list<std::uint32_t> handles) {
  std::vector<parse::handle_question> out;
  for (const std::uint32_t handle : handles)
    out.push_back({4, handle});
  return out;
}

TEST(helper_process_windows, one_that_hangs_or_ends_is_replaced) {
  handle_naming naming(std::make_unique<helper_process>(to_utf16(odd_helper()), L""), {500ms, 256, 8});
  std::vector<parse::handle_answer> answers;
  const auto done = naming.ask(questions({4, 12, 8, 16, 24}), answers);
  ASSERT_TRUE(done) << done.error().message;
  std::vector<handle_outcome> outcomes;
  for (const auto& a : answers)
    outcomes.push_back(a.outcome);
  EXPECT_THAT(outcomes, ElementsAre(handle_outcome::file, handle_outcome::hung, handle_outcome::file,
                                    handle_outcome::hung, handle_outcome::file));
  EXPECT_EQ(answers[4].text, "24");
  EXPECT_FALSE(naming.ask(questions({20}), answers)) << "nonsense";
}

TEST(helper_process_windows, one_that_hangs_ends_with_its_object) {
  unique_handle process;
  {
    helper_process helper(to_utf16(odd_helper()), L"");
    ASSERT_TRUE(helper.start());
    process = watch(helper.pid());
    ASSERT_TRUE(process);
    ASSERT_TRUE(helper.send("4 12 path\n"));
    const auto line = helper.next_line(200ms);
    ASSERT_FALSE(line);
    EXPECT_EQ(line.error().code, errc::timed_out);
    EXPECT_EQ(WaitForSingleObject(process.get(), 0), static_cast<DWORD>(WAIT_TIMEOUT))
        << "it hangs, it lives";
  }
  EXPECT_TRUE(ends(process));
}

TEST(helper_process_windows, one_that_hangs_ends_with_a_parent_that_is_killed) {
  const test::temp_dir folder;
  test::child_options how;
  how.program = odd_helper();
  how.arguments = {"parent", odd_helper()};
  how.output_file = folder / "output";
  auto parent = test::child::start(how);
  ASSERT_TRUE(parent) << parent.error().message;
  ASSERT_TRUE(
      test::wait_until([&] { return parent->output().find('\n') != std::string::npos; }, test::long_bound));
  const std::string said = parent->output();
  ASSERT_TRUE(said.starts_with("helper ")) << said;
  const unique_handle helper = watch(static_cast<DWORD>(std::atoi(said.c_str() + 7)));
  ASSERT_TRUE(helper);
  ASSERT_EQ(WaitForSingleObject(helper.get(), 0), static_cast<DWORD>(WAIT_TIMEOUT));
  ASSERT_TRUE(parent->kill());
  EXPECT_TRUE(ends(helper));
}

TEST(helper_process_windows, a_program_that_is_not_there_or_no_helper_is_an_error) {
  helper_process missing(L"Z:\\no such program.exe", L"");
  const auto none = missing.start();
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, errc::not_found) << none.error().message;
  helper_process other(to_utf16(std::string(REEVE_BIN_DIR) + "/reeve.exe"), L"--version");
  EXPECT_FALSE(other.start()) << "it says something else than ready";
}

} // namespace
} // namespace reeve::os
