// SPDX-License-Identifier: Apache-2.0
// The configuration: every key, every matcher, every variable of a name, every mistake.
#include "tests/support/fake_plugin_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using reeve::testing::fake_plugin_host;
using reeve::testing::fake_process;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint32_t always =
    REEVE_PROCESS_PARENT | REEVE_PROCESS_STATE | REEVE_PROCESS_CPU | REEVE_PROCESS_RESIDENT_MEMORY |
    REEVE_PROCESS_VIRTUAL_MEMORY | REEVE_PROCESS_PRIVATE_MEMORY | REEVE_PROCESS_THREADS |
    REEVE_PROCESS_OPEN_HANDLES | REEVE_PROCESS_OPEN_HANDLES_LIMIT | REEVE_PROCESS_IO |
    REEVE_PROCESS_PAGE_FAULTS | REEVE_PROCESS_CONTEXT_SWITCHES | REEVE_PROCESS_START_TIME;

std::uint32_t wanted(const std::string& toml) {
  fake_plugin_host host;
  host.run(toml);
  return host.processes.wanted();
}

// The groups that one process falls into; empty: none.
std::string group_of(const std::string& toml, const fake_process& p) {
  fake_plugin_host host;
  host.run(toml);
  host.processes.rows.push_back(p);
  EXPECT_EQ(host.sample(), REEVE_OK) << host.last_error();
  EXPECT_THAT(host.violations(), IsEmpty());
  const auto groups = host.with_prefix("reeve_process_group_processes{group=\"");
  if (groups.size() != 1) return {};
  const std::size_t from = std::string_view("reeve_process_group_processes{group=\"").size();
  return groups[0].substr(from, groups[0].size() - from - 2);
}

fake_process java() {
  fake_process p(4711, 100, "java");
  p.executable = "/opt/jdk/bin/java";
  p.command_line = "java -Dapp=shop -Dport=8080 -jar shop.jar";
  p.user = "svc";
  p.row.start_unix_ns = 1714552200'000000000;
  return p;
}

std::vector<std::string> mistakes(const std::string& toml) {
  fake_plugin_host host;
  EXPECT_EQ(host.configure(toml), REEVE_E_ARG) << toml;
  std::vector<std::string> out;
  for (const auto& r : host.config().rejections())
    out.push_back(r.path + ": " + r.message);
  return out;
}

TEST(process_watch_options, only_fields_with_a_use_are_wanted) {
  EXPECT_EQ(wanted(""), always | REEVE_PROCESS_SHORT_LIVED);
  EXPECT_EQ(wanted("short_lived = false"), always);
  const std::string rule = "short_lived = false\n[[group]]\n";
  EXPECT_EQ(wanted(rule + "process = [\"a\"]"), always);
  EXPECT_EQ(wanted(rule + "process_regex = \"a\""), always);
  EXPECT_EQ(wanted(rule + "executable = [\"a\"]"), always | REEVE_PROCESS_EXECUTABLE);
  EXPECT_EQ(wanted(rule + "executable_regex = \"a\""), always | REEVE_PROCESS_EXECUTABLE);
  EXPECT_EQ(wanted(rule + "command_line_regex = [\"a\"]"), always | REEVE_PROCESS_COMMAND_LINE);
  EXPECT_EQ(wanted(rule + "user = [\"a\"]"), always | REEVE_PROCESS_USER);
  EXPECT_EQ(wanted(rule + "process = [\"a\"]\nname = \"{{.ExeFull}}\""), always | REEVE_PROCESS_EXECUTABLE);
  EXPECT_EQ(wanted(rule + "process = [\"a\"]\nname = \"{{.Username}}\""), always | REEVE_PROCESS_USER);
  EXPECT_EQ(wanted("short_lived = false\nper_process = true"),
            always | REEVE_PROCESS_EXECUTABLE | REEVE_PROCESS_USER);
  EXPECT_EQ(wanted("short_lived = false\ncompat = [\"namedprocess\"]"), always | REEVE_PROCESS_SWAP_MEMORY);
}

TEST(process_watch_options, every_matcher_takes_and_leaves) {
  const auto g = [](const std::string& matcher) {
    return group_of("[[group]]\nname = \"g\"\n" + matcher, java());
  };
  EXPECT_EQ(g("process = ['x', 'java']"), "g");
  EXPECT_EQ(g("process = ['jav', 'Java']"), "");
  EXPECT_EQ(g("process_regex = 'av'"), "g"); // found anywhere
  EXPECT_EQ(g("process_regex = '^av'"), "");
  EXPECT_EQ(g("executable = ['java']"), "g");
  EXPECT_EQ(g("executable = ['/opt/jdk/bin/java']"), "g");
  EXPECT_EQ(g("executable = ['/bin/java', 'jdk']"), "");
  EXPECT_EQ(g("executable_regex = '^/opt/'"), "g");
  EXPECT_EQ(g("executable_regex = '^/usr/'"), "");
  EXPECT_EQ(g("command_line_regex = ['-Dapp=', 'shop\\.jar$']"), "g");
  EXPECT_EQ(g("command_line_regex = ['-Dapp=', 'other']"), ""); // all must be found
  EXPECT_EQ(g("user = ['root', 'svc']"), "g");
  EXPECT_EQ(g("user = ['root']"), "");
  EXPECT_EQ(g("process = ['java']\nuser = ['root']"), ""); // every kind given must hold
  EXPECT_EQ(g("process = []\nuser = ['svc']"), "g");       // an empty list is as if it were not there
}

TEST(process_watch_options, what_could_not_be_read_matches_nothing) {
  fake_process p = java();
  p.row.present = REEVE_PROCESS_CPU;
  EXPECT_EQ(group_of("[[group]]\nname = 'g'\nexecutable_regex = '.*'", p), "");
  EXPECT_EQ(group_of("[[group]]\nname = 'g'\ncommand_line_regex = ['.*']", p), "");
  EXPECT_EQ(group_of("[[group]]\nname = 'g'\nexecutable = ['java']", p), "");
  EXPECT_EQ(group_of("[[group]]\nname = 'g'\nuser = ['svc']", p), "");
}

TEST(process_watch_options, windows_paths_have_base_names_too) {
  fake_process p = java();
  p.executable = "C:\\Program Files\\App\\app.exe";
  EXPECT_EQ(group_of("[[group]]\nname = '{{.ExeBase}}'\nexecutable = ['app.exe']", p), "app.exe");
  EXPECT_EQ(group_of("[[group]]\nname = 'g'\nexecutable = ['C:\\Program Files\\App\\app.exe']", p), "g");
}

TEST(process_watch_options, every_variable_of_a_name) {
  const auto name = [](const std::string& text, const fake_process& p = java()) {
    return group_of("[[group]]\nname = '" + text +
                        "'\nprocess_regex = '^(?P<first>.)'\nexecutable_regex = '(?P<vendor>[a-z]+)/bin'\n" +
                        "command_line_regex = ['-Dapp=(?P<app>\\w+)', 'port=(?P<port>\\d+)|(?P<never>x)']",
                    p);
  };
  EXPECT_EQ(name("{{.Comm}}"), "java");
  EXPECT_EQ(name("{{.ExeBase}}"), "java");
  EXPECT_EQ(name("{{.ExeFull}}"), "/opt/jdk/bin/java");
  EXPECT_EQ(name("{{.Username}}"), "svc");
  EXPECT_EQ(name("{{.PID}}"), "4711");
  EXPECT_EQ(name("{{.StartTime}}"), "2024-05-01T08:30:00Z");
  EXPECT_EQ(name("{{.Matches.first}}/{{.Matches.vendor}}/{{.Matches.app}}:{{ .Matches.port }}"),
            "j/jdk/shop:8080");
  EXPECT_EQ(name("a{{.Matches.never}}b"), "ab");
  EXPECT_EQ(name("{{.Matches.never}}"), "java"); // a group has a name
  EXPECT_EQ(name("plain }} text"), "plain }} text");
}

TEST(process_watch_options, names_do_without_what_could_not_be_read) {
  fake_process p = java();
  p.row.present = REEVE_PROCESS_CPU;
  const auto name = [&](const std::string& text) {
    return group_of("[[group]]\nname = '" + text + "'\nprocess = ['java']", p);
  };
  EXPECT_EQ(name("{{.ExeBase}}"), "java");
  EXPECT_EQ(name("{{.ExeFull}}"), "java");
  EXPECT_EQ(name("{{.Username}}"), "unknown");
  EXPECT_EQ(name("{{.StartTime}}"), "unknown");
}

TEST(process_watch_options, a_rule_without_a_name_groups_by_process_name) {
  EXPECT_EQ(group_of("[[group]]\nprocess = ['java']", java()), "java");
}

TEST(process_watch_options, the_last_capture_of_a_name_counts) {
  EXPECT_EQ(
      group_of(
          "[[group]]\nname = '{{.Matches.x}}'\ncommand_line_regex = ['app=(?P<x>\\w+)', 'port=(?P<x>\\d+)']",
          java()),
      "8080");
}

TEST(process_watch_options, the_first_rule_that_matches_counts) {
  EXPECT_EQ(
      group_of("[[group]]\nname = 'one'\nprocess = ['java']\n[[group]]\nname = 'two'\nprocess = ['java']",
               java()),
      "one");
  EXPECT_EQ(group_of("[[group]]\nname = 'one'\nprocess = ['c']\n[[group]]\nname = 'two'\nprocess = ['java']",
                     java()),
            "two");
}

TEST(process_watch_options, who_matches_nothing_is_ignored_or_grouped_by_name) {
  const std::string rule = "[[group]]\nname = 'g'\nprocess = ['c']\n";
  EXPECT_EQ(group_of(rule, java()), "");
  EXPECT_EQ(group_of("unmatched = \"ignore\"\n" + rule, java()), "");
  EXPECT_EQ(group_of("unmatched = \"group_by_name\"\n" + rule, java()), "java");
  EXPECT_EQ(group_of("unmatched = \"group_by_name\"", java()), "java");
}

TEST(process_watch_options, all_mistakes_are_told_at_once_with_their_place) {
  EXPECT_THAT(
      mistakes(R"(
max_groups = 0
max_per_process = 1000000
group_ttl = "soon"
per_process = 1
process_info = "yes"
kernel_threads = "no"
short_lived = 3
unmatched = "keep"
compat = ["namedprocess", "wmi"]
[[group]]
name = "{{.Nope}}"
process = [""]
process_regex = "("
[[group]]
name = "{{.Comm"
executable_regex = "[z-a]"
command_line_regex = ["fine", "a**"]
user = "root"
[[group]]
name = "{{.Matches.port}}"
command_line_regex = ['(?P<prot>\d+)']
max_processes = 0
include_children = "yes"
per_process = "yes"
[[group]]
name = "empty"
)"),
      testing::UnorderedElementsAre(
          HasSubstr("max_groups: 0 is out of range"), HasSubstr("max_per_process: 1000000 is out of range"),
          HasSubstr("group_ttl: must be a duration"), HasSubstr("per_process: must be"),
          HasSubstr("process_info: must be"), HasSubstr("kernel_threads: must be"),
          HasSubstr("short_lived: must be"),
          "unmatched: \"keep\" is neither \"ignore\" nor \"group_by_name\"",
          "compat[1]: \"wmi\" is neither \"namedprocess\" nor \"windows\"",
          AllOf(HasSubstr("group[0].name: unknown variable \"{{.Nope}}\""), HasSubstr("{{.ExeBase}}")),
          HasSubstr("group[0].process[0]: an empty text"),
          "group[0].process_regex: not a regular expression: missing ): (",
          "group[1].name: \"{{\" without \"}}\"",
          "group[1].executable_regex: not a regular expression: invalid character class range: z-a",
          "group[1].command_line_regex[1]: not a regular expression: bad repetition operator: **",
          HasSubstr("group[1].user: must be"),
          HasSubstr("group[2].name: no regular expression of this group has a (?P<port>"),
          HasSubstr("group[2].max_processes: 0 is out of range"),
          HasSubstr("group[2].include_children: must be"), HasSubstr("group[2].per_process: must be"),
          HasSubstr("group[3]: takes no process")));
}

TEST(process_watch_options, settings_that_contradict_each_other_are_mistakes) {
  EXPECT_THAT(mistakes("unmatched = \"ignore\""), ElementsAre(HasSubstr("unmatched: without any [[group]]")));
  EXPECT_THAT(mistakes("compat = [\"windows\"]"),
              ElementsAre(HasSubstr("compat: \"windows\" has one series per process")));
  fake_plugin_host host;
  EXPECT_EQ(host.configure("compat = [\"windows\"]\n[[group]]\nprocess = [\"a\"]\nper_process = true"),
            REEVE_OK);
}

TEST(process_watch_options, every_pattern_that_is_too_large_is_refused) {
  EXPECT_THAT(mistakes("[[group]]\nprocess_regex = '((a{100}){100}){100}'"),
              ElementsAre(HasSubstr("group[0].process_regex: not a regular expression: ")));
}

TEST(process_watch_options, unknown_keys_stay_unread_and_known_ones_do_not) {
  fake_plugin_host host;
  ASSERT_EQ(host.configure("max_group = 3\n[[group]]\nprocess = ['a']\nproces = ['b']"), REEVE_OK);
  EXPECT_THAT(host.config().unread(), ElementsAre("max_group", "group[0].proces"));
}

TEST(process_watch_options, rules_take_the_default_for_series_of_processes_and_may_differ) {
  const auto shown = [](const std::string& toml) {
    fake_plugin_host host;
    host.run(toml);
    host.processes.rows.push_back(java());
    EXPECT_EQ(host.sample(), REEVE_OK);
    return !host.with_prefix("reeve_process_threads").empty();
  };
  EXPECT_FALSE(shown("[[group]]\nprocess = ['java']"));
  EXPECT_TRUE(shown("[[group]]\nprocess = ['java']\nper_process = true"));
  EXPECT_TRUE(shown("per_process = true\n[[group]]\nprocess = ['java']"));
  EXPECT_FALSE(shown("per_process = true\n[[group]]\nprocess = ['java']\nper_process = false"));
  EXPECT_TRUE(shown("per_process = true\nunmatched = 'group_by_name'\n[[group]]\nprocess = ['c']"));
}

} // namespace
