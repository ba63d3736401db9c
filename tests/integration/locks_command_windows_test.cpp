// SPDX-License-Identifier: Apache-2.0
// `reeve locks` where who holds a file is told by its handles.
#include "tests/integration/locks_command.hpp"

#include "reeve/base/strings.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include <fstream>

namespace reeve::test {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

TEST_F(locks_command, who_refuses_to_share_a_file_is_named_with_handle_and_access) {
  const file_holder holds({"alone=" + file()});
  ASSERT_FALSE(std::ifstream(file())) << "it can be opened by others";
  const auto done = locks({file()});
  EXPECT_EQ(done.exit_code, locks_found);
  EXPECT_THAT(done.output, HasSubstr(cat(holds.pid())));
  EXPECT_THAT(done.output, HasSubstr("file_holder"));
  EXPECT_THAT(done.output, HasSubstr("handle 0x"));
  EXPECT_THAT(done.output, HasSubstr("read+write"));
}

TEST_F(locks_command, json_has_every_handle) {
  const file_holder twice({"open=" + file(), "read=" + file()});
  const auto done = locks({"--json", file()});
  EXPECT_EQ(done.exit_code, locks_found);
  boost::system::error_code wrong;
  const json::value answer = json::parse(done.output, wrong);
  ASSERT_FALSE(wrong) << done.output;
  const auto& openings = answer.at("files").at(0).at("openings").as_array();
  ASSERT_EQ(openings.size(), 2u) << done.output;
  for (const json::value& o : openings) {
    EXPECT_EQ(o.at("pid").to_number<std::int64_t>(), twice.pid());
    EXPECT_EQ(o.at("how").as_string(), "descriptor");
    EXPECT_GT(o.at("descriptor").to_number<int>(), 0);
    EXPECT_TRUE(o.at("reads").as_bool());
  }
  EXPECT_NE(openings[0].at("writes").as_bool(), openings[1].at("writes").as_bool());
  EXPECT_EQ(answer.at("unanswered_handles").to_number<int>(), 0);
}

TEST_F(locks_command, all_locks_of_the_machine_are_refused) {
  const auto done = locks({"--all"});
  EXPECT_EQ(done.exit_code, locks_failed);
  EXPECT_THAT(done.output, HasSubstr("name a file"));
}

TEST_F(locks_command, the_helper_is_no_command_that_users_are_told_of) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"completion", "powershell"}, {"completion", "bash"}}) {
    const auto told = run_reeve(arguments);
    EXPECT_EQ(told.exit_code, 0);
    EXPECT_THAT(told.output, HasSubstr("locks"));
    EXPECT_THAT(told.output, testing::Not(HasSubstr("helper")));
  }
  const auto helper = run_reeve({"--helper=handle-names"}); // with nothing to answer
  EXPECT_EQ(helper.exit_code, 0);
  EXPECT_EQ(helper.output, "ready\n");
}

} // namespace
} // namespace reeve::test
