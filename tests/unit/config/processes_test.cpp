// SPDX-License-Identifier: Apache-2.0
// The tables [[process]].
#include "load_text.hpp"

#include <gmock/gmock.h>

namespace reeve::config {
namespace {

using namespace std::chrono_literals;
using test::load_text;
using test::problems_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

std::string absolute(std::string_view name) {
  return test::utf8(std::filesystem::temp_directory_path() / name);
}

std::string process(std::string_view name, std::string_view more = {}) {
  return cat("[[process]]\nname = \"", name, "\"\ncommand = '", absolute("program"), "'\n", more);
}

TEST(processes, have_defaults_for_all_but_name_and_command) {
  const loaded l = load_text(process("web"));
  ASSERT_TRUE(l.value) << l.problems[0].message;
  ASSERT_EQ(l.value->processes.size(), 1u);
  const process_settings& p = l.value->processes[0];
  EXPECT_EQ(p.name, "web");
  EXPECT_EQ(p.command, absolute("program"));
  EXPECT_TRUE(p.args.empty());
  EXPECT_EQ(p.cwd, "");
  EXPECT_TRUE(p.env.empty());
  EXPECT_EQ(p.output, "");
  EXPECT_EQ(p.restart, "always");
  EXPECT_EQ(p.stop_timeout, 30s);
}

TEST(processes, every_key_is_read) {
  const loaded l = load_text(cat(process("web"), "args = [\"-p\", \"80 80\", \"\"]\ncwd = '", absolute("in"),
                                 "'\nenv = { LANG = \"C\", EMPTY = \"\" }\noutput = '", absolute("out"),
                                 "'\nrestart = \"on-failure\"\nstop_timeout = \"5s\"\n", process("db")));
  ASSERT_TRUE(l.value) << l.problems[0].message;
  ASSERT_EQ(l.value->processes.size(), 2u);
  const process_settings& p = l.value->processes[0];
  EXPECT_THAT(p.args, ElementsAre("-p", "80 80", ""));
  EXPECT_EQ(p.cwd, absolute("in"));
  EXPECT_THAT(p.env, ElementsAre(Pair("LANG", "C"), Pair("EMPTY", "")));
  EXPECT_EQ(p.output, absolute("out"));
  EXPECT_EQ(p.restart, "on-failure");
  EXPECT_EQ(p.stop_timeout, 5s);
  EXPECT_EQ(l.value->processes[1].name, "db");
}

TEST(processes, mistakes_are_said_with_their_place) {
  EXPECT_THAT(problems_of("[[process]]\n"),
              ElementsAre(HasSubstr("process.name is missing"), HasSubstr("process.command is missing")));
  EXPECT_THAT(problems_of(process("a b")),
              ElementsAre(StartsWith("2:8: process.name is \"a b\", allowed is")));
  EXPECT_THAT(problems_of(process("all")), ElementsAre(HasSubstr("stands for every process")));
  EXPECT_THAT(problems_of(cat(process("a"), process("a"))),
              ElementsAre(StartsWith("5:8: process.name is \"a\", as that of the process at")));
  EXPECT_THAT(problems_of("[[process]]\nname = \"a\"\ncommand = \"program\"\n"),
              ElementsAre("3:11: process.command is \"program\", which is not an absolute path"));
  EXPECT_THAT(problems_of(process("a", "env = { \"A=B\" = \"x\" }\n")),
              ElementsAre(HasSubstr("no variable can have")));
  EXPECT_THAT(problems_of(process("a", "env = { A = 1 }\n")),
              ElementsAre(HasSubstr("process.env.A must be text")));
  EXPECT_THAT(problems_of(process("a", "env = 3\n")), ElementsAre(HasSubstr("must be a table")));
  EXPECT_THAT(problems_of(process("a", "args = [\"a\\u0000b\"]\n")),
              ElementsAre(HasSubstr("zero character")));
  EXPECT_THAT(problems_of(process("a", "restart = \"allways\"\n")), ElementsAre(HasSubstr("always")));
  EXPECT_THAT(problems_of(process("a", "stop_timeout = \"0s\"\n")), ElementsAre(HasSubstr("100ms")));
  EXPECT_THAT(problems_of(process("a", "cmd = 1\n")), ElementsAre(HasSubstr("unknown key \"cmd\"")));
  EXPECT_THAT(problems_of("[process]\nname = \"a\"\n"), ElementsAre(HasSubstr("[[process]]")));
}

} // namespace
} // namespace reeve::config
