// SPDX-License-Identifier: Apache-2.0
#include "fake_clock.hpp"
#include "tests/support/temp_dir.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/remedy/audit_check.hpp"
#include "reeve/remedy/audit_opener.hpp"

#include <gmock/gmock.h>

namespace reeve::remedy {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class audit_opener_test : public testing::Test {
 protected:
  std::string state_folder() const {
    const std::u8string text = (folder / "default").u8string();
    return {text.begin(), text.end()};
  }

  test::temp_dir folder;
  fake_clock time;
};

TEST_F(audit_opener_test, opens_the_log_at_once_and_has_the_folder_for_itself) {
  audit_opener opener(state_folder(), time);
  EXPECT_FALSE(opener.has_folder());
  EXPECT_TRUE(opener.advance());
  ASSERT_NE(opener.log(), nullptr) << opener.problem();
  EXPECT_EQ(opener.log()->path(), audit_file(state_folder()));
  EXPECT_TRUE(opener.has_folder());
  time.pass(1h);
  EXPECT_FALSE(opener.advance());
}

TEST_F(audit_opener_test, tries_again_when_the_other_agent_has_ended) {
  auto first = std::make_unique<audit_opener>(state_folder(), time);
  ASSERT_TRUE(first->advance());
  audit_opener second(state_folder(), time);
  EXPECT_TRUE(second.advance());
  EXPECT_EQ(second.log(), nullptr);
  EXPECT_FALSE(second.has_folder());
  EXPECT_THAT(second.problem(), HasSubstr("another agent has the folder"));
  first.reset();
  time.pass(audit_opener::try_again - 1ns);
  EXPECT_FALSE(second.advance());
  EXPECT_EQ(second.log(), nullptr);
  time.pass(1ns);
  EXPECT_TRUE(second.advance());
  EXPECT_NE(second.log(), nullptr);
  EXPECT_EQ(second.problem(), "");
}

TEST_F(audit_opener_test, tries_again_when_the_folder_can_be_made) {
  test::write_file(folder / "default", "a file in its place");
  audit_opener opener(state_folder(), time);
  EXPECT_TRUE(opener.advance());
  EXPECT_EQ(opener.log(), nullptr);
  EXPECT_NE(opener.problem(), "");
  std::filesystem::remove(folder / "default");
  time.pass(audit_opener::try_again);
  EXPECT_TRUE(opener.advance());
  EXPECT_NE(opener.log(), nullptr) << opener.problem();
}

TEST_F(audit_opener_test, keeps_the_folder_while_only_the_file_cannot_be_opened) {
  std::filesystem::create_directories(folder / "default" / "audit" / "audit.jsonl");
  audit_opener opener(state_folder(), time);
  EXPECT_TRUE(opener.advance());
  EXPECT_EQ(opener.log(), nullptr);
  EXPECT_TRUE(opener.has_folder());
  EXPECT_THAT(opener.problem(), HasSubstr("audit.jsonl"));
  std::filesystem::remove(folder / "default" / "audit" / "audit.jsonl");
  time.pass(audit_opener::try_again);
  EXPECT_TRUE(opener.advance());
  EXPECT_NE(opener.log(), nullptr) << opener.problem();
}

TEST_F(audit_opener_test, bounds_that_are_set_before_and_after_hold) {
  audit_opener opener(state_folder(), time);
  opener.set_limits(400, 2);
  ASSERT_TRUE(opener.advance());
  audit_entry e;
  e.source = "rule leak";
  e.why = std::string(100, 'x');
  for (int i = 0; i < 10; ++i)
    ASSERT_TRUE(opener.log()->append(e));
  EXPECT_EQ(audit_files(opener.log()->path()).size(), 3u);
  opener.set_limits(1'000'000, 2);
  const auto size = std::filesystem::file_size(folder / "default" / "audit" / "audit.jsonl");
  ASSERT_TRUE(opener.log()->append(e));
  ASSERT_TRUE(opener.log()->append(e));
  EXPECT_GT(std::filesystem::file_size(folder / "default" / "audit" / "audit.jsonl"), 2 * size);
}

} // namespace
} // namespace reeve::remedy
