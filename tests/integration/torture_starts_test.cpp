// SPDX-License-Identifier: Apache-2.0
// Programs that do not come up, or go at the wrong moment, and what they get to read.
#include "tests/integration/torture.hpp"

#include <gmock/gmock.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class torture_starts_test : public torture {
 protected:
  static std::string hook(const char* key, const std::string& words) {
    return std::string(key) + " = ['" + program("bystander") + "', " + words + "]\n";
  }
  static std::string utf8(const std::u8string& text) { return {text.begin(), text.end()}; }
  std::string failure_of(const std::string& name) {
    const boost::json::object s = status_of(name);
    return s.empty() || s.at("failure").is_null() ? "" : std::string(s.at("failure").as_string());
  }
};

TEST_F(torture_starts_test, one_that_ends_well_at_once_is_not_started_for_ever) {
  begin(managed("brief", "bystander", "\"exit\", \"0\"",
                "restart_delay = \"1ms\"\nrestart_delay_max = \"5ms\"\n"));
  expect_end("brief", {"given_up", "exit code 0", ""});
  EXPECT_EQ(status_of("brief").at("starts").to_number<int>(), 5);
  EXPECT_THAT(agent_->log(), HasSubstr("process: given up name=brief reason=\"exit code 0\""));
}

TEST_F(torture_starts_test, one_that_ends_during_its_start_hook_is_told_with_its_own_end) {
  begin(managed("short", "bystander", "\"exit\", \"5\"",
                "restart = \"never\"\n" + hook("post_start", "\"stay\"")));
  expect_end("short", {"exited", "exit code 5", ""});
  EXPECT_THAT(agent_->log(), HasSubstr("ended name=short"));
  EXPECT_THAT(agent_->log(), HasSubstr("reason=\"exit code 5\" next=\"no restart\""));
}

TEST_F(torture_starts_test, what_comes_after_an_end_is_told_right_with_a_hook_in_between) {
  begin(managed("again", "bystander", "\"exit\", \"6\"",
                "restart_delay = \"1ms\"\nrestart_delay_max = \"5ms\"\ngive_up_after = 2\n" +
                    hook("post_stop", "\"exit\", \"0\"")));
  expect_end("again", {"given_up", "exit code 6", ""});
  EXPECT_THAT(agent_->log(), HasSubstr("reason=\"exit code 6\" next=\"restart at once\""));
  EXPECT_THAT(agent_->log(), HasSubstr("reason=\"exit code 6\" next=\"no restart\""));
  EXPECT_THAT(agent_->log(), HasSubstr("process: given up name=again reason=\"exit code 6\""));
}

TEST_F(torture_starts_test, a_hook_that_does_not_end_is_ended_and_its_process_stopped) {
  begin(managed("held", "bystander", "\"stay\"",
                "restart = \"never\"\nstop_timeout = \"5s\"\nhook_timeout = \"300ms\"\n" +
                    hook("post_start", "\"deaf\"")));
  ASSERT_TRUE(reaches("held", "exited"));
  EXPECT_THAT(failure_of("held"), HasSubstr("the hook post_start"));
  expect_nothing_left();
}

TEST_F(torture_starts_test, a_stop_during_the_start_hook_ends_both) {
  begin(managed("held", "bystander", "\"stay\"", "stop_timeout = \"5s\"\n" + hook("post_start", "\"stay\"")));
  ASSERT_TRUE(wait_until([&] { return pid_of("held") != 0; }, long_bound));
  EXPECT_EQ(tell("stop", {"held"}).exit_code, 0);
  EXPECT_TRUE(reaches("held", "stopped"));
  expect_nothing_left();
}

TEST_F(torture_starts_test, a_program_or_folder_that_is_missing_is_named_and_given_up) {
  const std::string quick = "restart_delay = \"1ms\"\nrestart_delay_max = \"5ms\"\n";
  const std::string no_file = (folder_ / "no program").string(), no_folder = (folder_ / "no folder").string();
  begin("[[process]]\nname = \"none\"\ncommand = '" + no_file + "'\n" + quick +
        managed("lost", "bystander", "\"stay\"", "cwd = '" + no_folder + "'\n" + quick));
  for (const auto& [name, what] :
       {std::pair("none", "program " + no_file), std::pair("lost", "folder " + no_folder)}) {
    ASSERT_TRUE(reaches(name, "given_up"));
    EXPECT_THAT(failure_of(name), HasSubstr(what));
    EXPECT_EQ(status_of(name).at("starts").to_number<int>(), 5);
    EXPECT_TRUE(status_of(name).at("last_end").is_null()) << "it never ran";
  }
  expect_nothing_left();
}

TEST_F(torture_starts_test, arguments_variables_and_folder_arrive_as_they_are_written) {
  const std::filesystem::path folder = folder_.path() / std::filesystem::path(u8"a 'b' $c %d% \u00e4\u20ac");
  std::filesystem::create_directory(folder);
  write_file(folder / "a file", ""); // that a star would stand for
  begin(managed(
      "odd", "troublemaker",
      R"("show", "REEVE_ODD", "two  blanks ", "", "\"quoted\"", "back\\slash\\", "50%", "%PATH%", "$HOME", "${HOME}", "`x`")"
      R"(, "a\\\"b", "*", "line\nend\r\n", "\ttab", "ä€𝄞", "-n", ";", "a=b", "~")",
      "restart = \"never\"\ncwd = \"" + utf8(folder.generic_u8string()) + "\"\n" +
          R"(env = { REEVE_ODD = " a = b % $c \"d\" \\ 'e'\nnext line\t ä€𝄞 " })" + "\n"));
  ASSERT_TRUE(reaches("odd", "exited"));
  const auto zero = [](std::initializer_list<std::string> words) {
    std::string out;
    for (const std::string& word : words)
      out += word + '\0';
    return out;
  };
  EXPECT_EQ(read_file(folder_of("odd") / "output.log"),
            zero({utf8(folder.u8string()),
                  " a = b % $c \"d\" \\ 'e'\nnext line\t \xC3\xA4\xE2\x82\xAC\xF0\x9D\x84\x9E ",
                  "two  blanks ",
                  "",
                  "\"quoted\"",
                  "back\\slash\\",
                  "50%",
                  "%PATH%",
                  "$HOME",
                  "${HOME}",
                  "`x`",
                  "a\\\"b",
                  "*",
                  "line\nend\r\n",
                  "\ttab",
                  "\xC3\xA4\xE2\x82\xAC\xF0\x9D\x84\x9E",
                  "-n",
                  ";",
                  "a=b",
                  "~"}));
  expect_end("odd", {"exited", "exit code 0", ""});
}

} // namespace
} // namespace reeve::test
