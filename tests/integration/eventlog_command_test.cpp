// SPDX-License-Identifier: Apache-2.0
// `reeve eventlog`, on whichever system: what it says agrees with what it does.
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
  finished_child reeve(std::vector<std::string> arguments) {
    child_options how;
    how.program = std::filesystem::path(REEVE_BIN_DIR) / executable_name("reeve");
    how.arguments = std::move(arguments);
    how.output_file = folder_ / cat("output ", ++runs_);
    auto done = run(how, long_bound);
    EXPECT_TRUE(done) << done.error().message;
    return done ? *std::move(done) : finished_child{};
  }
  boost::json::value status() { return boost::json::parse(reeve({"eventlog", "status", "--json"}).output); }

  temp_dir folder_;
  int runs_ = 0;
};

TEST_F(eventlog_command, status_says_what_there_is) {
  const boost::json::value s = status();
  const finished_child text = reeve({"eventlog", "status"});
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
    EXPECT_EQ(reeve({"eventlog", "install"}).exit_code, 0);
    EXPECT_EQ(reeve({"eventlog", "uninstall"}).exit_code, 0);
    return;
  }
  if (before.at("installed").as_bool())
    GTEST_SKIP() << "it is installed on this machine; the test would remove it";
  const finished_child installed = reeve({"eventlog", "install"});
  if (installed.exit_code != 0) {
    EXPECT_THAT(installed.output, HasSubstr("elevated prompt"));
    return;
  }
  const boost::json::value now = status();
  EXPECT_TRUE(now.at("installed").as_bool());
  EXPECT_TRUE(now.at("message_file_there").as_bool()) << "reeve-messages.dll stands beside reeve.exe";
  EXPECT_EQ(reeve({"eventlog", "status"}).exit_code, 0);
  EXPECT_EQ(reeve({"eventlog", "uninstall"}).exit_code, 0);
  EXPECT_EQ(reeve({"eventlog", "status"}).exit_code, 1);
}

TEST_F(eventlog_command, takes_three_words_only) {
  const finished_child wrong = reeve({"eventlog", "instal"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.output, HasSubstr("did you mean \"install\"?"));
  EXPECT_EQ(reeve({"eventlog"}).exit_code, 2);
  EXPECT_THAT(reeve({"eventlog", "--help"}).output, HasSubstr("reeve eventlog status --json"));
}

} // namespace
} // namespace reeve::test
