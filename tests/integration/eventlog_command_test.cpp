// SPDX-License-Identifier: Apache-2.0
// `reeve eventlog`, on whichever system: what it says agrees with what it does.
#include "tests/integration/reeve_command.hpp"
#include "tests/support/agent_process.hpp"

#include "reeve/base/strings.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;

class eventlog_command : public testing::Test {
 protected:
  boost::json::value status() {
    return boost::json::parse(run_reeve({"eventlog", "status", "--json"}).output);
  }
};

TEST_F(eventlog_command, status_says_what_there_is) {
  const boost::json::value s = status();
  const finished_child text = run_reeve({"eventlog", "status"});
  if (!s.at("needed").as_bool()) {
    EXPECT_EQ(text.exit_code, 0);
    EXPECT_THAT(text.output, HasSubstr("Nothing to install"));
    EXPECT_FALSE(s.at("installed").as_bool());
    return;
  }
  EXPECT_EQ(s.at("source").as_string(), "Reeve");
  const bool good = s.at("installed").as_bool() && s.at("message_file_there").as_bool();
  EXPECT_EQ(text.exit_code, good ? 0 : 1) << text.output;
}

TEST_F(eventlog_command, installs_and_uninstalls_where_that_is_needed) {
  const boost::json::value before = status();
  if (!before.at("needed").as_bool()) {
    EXPECT_EQ(run_reeve({"eventlog", "install"}).exit_code, 0);
    EXPECT_EQ(run_reeve({"eventlog", "uninstall"}).exit_code, 0);
    return;
  }
  if (before.at("installed").as_bool())
    GTEST_SKIP() << "it is installed on this machine; the test would remove it";
  const finished_child installed = run_reeve({"eventlog", "install"});
  if (installed.exit_code != 0) {
    EXPECT_THAT(installed.output, HasSubstr("elevated prompt"));
    return;
  }
  const boost::json::value now = status();
  EXPECT_TRUE(now.at("installed").as_bool());
  EXPECT_TRUE(now.at("message_file_there").as_bool()) << "reeve-messages.dll stands beside reeve.exe";
  EXPECT_EQ(run_reeve({"eventlog", "status"}).exit_code, 0);
  EXPECT_EQ(run_reeve({"eventlog", "uninstall"}).exit_code, 0);
  EXPECT_EQ(run_reeve({"eventlog", "status"}).exit_code, 1);
}

TEST_F(eventlog_command, takes_three_words_only) {
  const finished_child wrong = run_reeve({"eventlog", "instal"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.output, HasSubstr("did you mean \"install\"?"));
  EXPECT_EQ(run_reeve({"eventlog"}).exit_code, 2);
  EXPECT_THAT(run_reeve({"eventlog", "--help"}).output, HasSubstr("reeve eventlog status --json"));
}

} // namespace
} // namespace reeve::test
