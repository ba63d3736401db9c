// SPDX-License-Identifier: Apache-2.0
// The tables [[process]].
#include "load_text.hpp"

#include <gmock/gmock.h>

namespace reeve::config {
namespace {

using namespace std::chrono_literals;
using test::absolute;
using test::load_text;
using test::problems_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

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

TEST(processes, the_keys_of_a_start_are_read) {
  const loaded l = load_text(cat(
      process("web"), "groups = [\"front\"]\nenv_file = '", absolute("env"),
      "'\nuser = \"www\"\numask = \"027\"\nnice = -5\nlimits = { open_files = 1024, core_size = \"1MB\", "
      "memory = \"512MiB\", cpu = 1.5 }\ndaemon = true\n"
      "autostart = false\nports = [8080, \"8081\", \"82/tcp\", \"53/udp\"]\nport_taken = "
      "\"stop-holder\"\nunhealthy = \"report\"\n"
      "output = \"inherit\"\noutput_max_size = \"1MB\"\noutput_max_files = 0\nrestart_delay = \"2s\"\n"
      "restart_delay_max = \"3s\"\nhealthy_after = \"4s\"\ngive_up_after = 0\ngive_up_window = \"5s\"\n"
      "stop = [{ signal = \"SIGINT\", to = \"tree\", timeout = \"5s\" }, { console = \"ctrl-c\", timeout = "
      "\"1s\" }, "
      "{ command = ['",
      absolute("ctl"), "', \"quit\"] }]\npre_start = ['", absolute("a"), "', \"x\"]\npost_stop = '",
      absolute("b"), "'\nhook_timeout = \"6s\"\ntemporary_files = ['", absolute("pid"),
      "']\nafter = [\"db\"]\nrequires = [\"db\"]\n", process("db", "shell = true\n")));
  ASSERT_TRUE(l.value) << l.problems[0].message;
  const process_settings& p = l.value->processes[0];
  EXPECT_THAT(p.groups, ElementsAre("front"));
  EXPECT_THAT(p.env_files, ElementsAre(absolute("env")));
  EXPECT_EQ(p.user, "www");
  EXPECT_EQ(p.umask, "027");
  EXPECT_EQ(p.nice, -5);
  EXPECT_THAT(p.limits,
              ElementsAre(limit_settings{"open_files", 1024}, limit_settings{"core_size", 1'000'000},
                          limit_settings{"memory", 512 << 20}, limit_settings{"cpu", 1500}));
  EXPECT_TRUE(p.daemon);
  EXPECT_FALSE(p.autostart);
  EXPECT_THAT(p.ports, ElementsAre(port_settings{8080, false}, port_settings{8081, false},
                                   port_settings{82, false}, port_settings{53, true}));
  EXPECT_EQ(p.unhealthy, "report");
  EXPECT_EQ(p.port_taken, "stop-holder");
  EXPECT_EQ(p.output, "inherit");
  EXPECT_EQ(p.output_max_size, 1'000'000u);
  EXPECT_EQ(p.output_max_files, 0u);
  EXPECT_EQ(p.restart_delay, 2s);
  EXPECT_EQ(p.restart_delay_max, 3s);
  EXPECT_EQ(p.healthy_after, 4s);
  EXPECT_EQ(p.give_up_after, 0u);
  EXPECT_EQ(p.give_up_window, 5s);
  ASSERT_EQ(p.stop.size(), 3u);
  EXPECT_EQ(p.stop[0], (stop_rung{"SIGINT", "tree", "", {}, 5s}));
  EXPECT_EQ(p.stop[1].console, "ctrl-c");
  EXPECT_THAT(p.stop[2].command, ElementsAre(absolute("ctl"), "quit"));
  EXPECT_THAT(p.pre_start, ElementsAre(absolute("a"), "x"));
  EXPECT_THAT(p.post_stop, ElementsAre(absolute("b")));
  EXPECT_EQ(p.hook_timeout, 6s);
  EXPECT_THAT(p.temporary_files, ElementsAre(absolute("pid")));
  EXPECT_THAT(p.after, ElementsAre("db"));
  EXPECT_THAT(p.required, ElementsAre("db"));
  EXPECT_TRUE(l.value->processes[1].shell);
}

TEST(processes, mistakes_in_the_keys_of_a_start_are_said_with_their_place) {
  const auto of = [](std::string_view more) { return problems_of(process("a", more)); };
  EXPECT_THAT(of("groups = [\"A b\"]\n"), ElementsAre(StartsWith("4:11: process.groups holds \"A b\"")));
  EXPECT_THAT(of("groups = [\"a\"]\n"), ElementsAre(HasSubstr("has the name of a process")));
  EXPECT_THAT(of("env_file = \"env\"\n"),
              ElementsAre(StartsWith("4:12: process.env_file holds \"env\", which is not")));
  EXPECT_THAT(of("umask = \"9\"\n"), ElementsAre(StartsWith("4:9: process.umask is \"9\"")));
  EXPECT_THAT(of("nice = 20\n"), ElementsAre(HasSubstr("process.nice")));
  EXPECT_THAT(of("limits = { open_file = 3 }\n"), ElementsAre(HasSubstr("unknown key \"open_file\"")));
  EXPECT_THAT(of("limits = { open_files = -1 }\n"), ElementsAre(HasSubstr("process.limits.open_files")));
  EXPECT_THAT(of("limits = { memory = 512 }\n"), ElementsAre(StartsWith("4:21: process.limits.memory")));
  EXPECT_THAT(of("limits = { memory = \"1B\" }\n"),
              ElementsAre(StartsWith("4:21: process.limits.memory is 1B, allowed is 1MiB")));
  EXPECT_THAT(of("limits = { cpu = 0 }\n"), ElementsAre(StartsWith("4:18: process.limits.cpu is 0")));
  EXPECT_THAT(of("limits = { cpu = \"50%\" }\n"),
              ElementsAre(StartsWith("4:18: process.limits.cpu must be a number")));
  EXPECT_THAT(of("ports = 80\n"), ElementsAre(StartsWith("4:9: process.ports must be an array")));
  for (const char* port : {"0", "65536", "\"80/sctp\"", "\"http\"", "true", "\"\""})
    EXPECT_THAT(of(cat("ports = [", port, "]\n")),
                ElementsAre(StartsWith("4:10: process.ports holds something")))
        << port;
  EXPECT_THAT(of("unhealthy = \"kill\"\n"), ElementsAre(HasSubstr("report")));
  EXPECT_THAT(of("port_taken = \"kill\"\n"), ElementsAre(HasSubstr("stop-holder")));
  EXPECT_THAT(of("output = \"out\"\n"), ElementsAre(StartsWith("4:10: process.output is \"out\"")));
  EXPECT_THAT(of("output_max_size = \"1B\"\n"), ElementsAre(HasSubstr("process.output_max_size")));
  EXPECT_THAT(of("restart_delay = \"10m\"\n"), ElementsAre(HasSubstr("less than restart_delay = 10m")));
  EXPECT_THAT(of("shell = true\nargs = [\"x\"]\n"),
              ElementsAre(StartsWith("5:8: process.args do not go with shell")));
  EXPECT_THAT(of("pre_start = [\"check\"]\n"),
              ElementsAre(HasSubstr("process.pre_start must begin with the program")));
  EXPECT_THAT(of("pre_start = []\n"),
              ElementsAre(HasSubstr("process.pre_start must begin with the program")));
  EXPECT_THAT(of("temporary_files = [\"x\"]\n"), ElementsAre(HasSubstr("not an absolute path")));
}

TEST(processes, mistakes_in_the_ladder_are_said_with_their_place) {
  const auto of = [](std::string_view more) { return problems_of(process("a", more)); };
  EXPECT_THAT(of("stop = [{ signal = \"SIGNIX\" }]\n"), testing::Contains(HasSubstr("SIGNIX")));
  EXPECT_THAT(of("stop = [{ timeout = \"1s\" }]\n"),
              ElementsAre(StartsWith("4:9: process.stop must have one of")));
  EXPECT_THAT(of("stop = [{ signal = \"SIGINT\", console = \"ctrl-c\" }]\n"),
              ElementsAre(HasSubstr("must have one of")));
  EXPECT_THAT(of("stop = [{ console = \"ctrl-c\", to = \"tree\" }]\n"),
              ElementsAre(HasSubstr("who gets a signal")));
  EXPECT_THAT(of("stop = [{ command = [\"x\"] }]\n"),
              ElementsAre(HasSubstr("must begin with the program file")));
  EXPECT_THAT(of("stop_timeout = \"6s\"\nstop = [{ signal = \"SIGINT\", timeout = \"5100ms\" }]\n"),
              ElementsAre(StartsWith(
                  "5:8: process.stop takes 5s100ms, but of stop_timeout = 6s only 5s are for asking")));
}

TEST(processes, an_order_that_cannot_be_kept_is_refused) {
  EXPECT_THAT(problems_of(cat(process("web", "after = [\"bd\"]\n"), process("db"))),
              ElementsAre(HasSubstr("process \"web\": after names \"bd\", and there is no such process")));
  EXPECT_THAT(problems_of(process("a", "requires = [\"a\"]\n")),
              ElementsAre(HasSubstr("waits for itself: a -> a")));
  EXPECT_THAT(problems_of(cat(process("a", "after = [\"b\"]\n"), process("b", "requires = [\"c\"]\n"),
                              process("c", "after = [\"a\"]\n"))),
              ElementsAre(HasSubstr("process \"a\" waits for itself: a -> b -> c -> a")));
  EXPECT_THAT(problems_of(cat(process("a", "after = [\"b\", \"c\"]\n"), process("b", "after = [\"c\"]\n"),
                              process("c"))),
              testing::IsEmpty());
}

} // namespace
} // namespace reeve::config
