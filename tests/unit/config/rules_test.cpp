// SPDX-License-Identifier: Apache-2.0
// The tables [[rule]] and [rules].
#include "load_text.hpp"

#include <gmock/gmock.h>

namespace reeve::config {
namespace {

using namespace std::chrono_literals;
using test::absolute;
using test::load_text;
using test::problems_of;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::StartsWith;

std::string rule(std::string_view name, std::string_view more = {}) {
  return cat("[[rule]]\nname = \"", name, "\"\nexpr = 'up == 0'\n", more);
}

rule_settings first_of(const std::string& text) {
  const loaded l = load_text(text);
  for (const diagnostic& d : l.problems)
    ADD_FAILURE() << d.message;
  return l.value.value().rules.at(0);
}

TEST(rules, do_not_have_the_name_that_stands_for_every_process) {
  const loaded l = load_text(rule("all"));
  ASSERT_EQ(l.problems.size(), 1u);
  EXPECT_THAT(l.problems[0].message, HasSubstr("rule.name is \"all\", which stands for every process"));
}

TEST(rules, have_defaults_for_all_but_name_and_expression) {
  const rule_settings r = first_of(rule("down"));
  EXPECT_EQ(r.name, "down");
  EXPECT_EQ(r.expression, "up == 0");
  EXPECT_EQ(r.where.line, 1u);
  EXPECT_EQ(r.expression_where.line, 3u);
  EXPECT_EQ(r.expression_where.column, 8u);
  EXPECT_EQ(r.hold, 0s);
  EXPECT_EQ(r.keep_firing, 0s);
  EXPECT_EQ(r.times, 1u);
  EXPECT_EQ(r.of, 1u);
  EXPECT_EQ(r.severity, "warning");
  EXPECT_EQ(r.summary, "");
  EXPECT_EQ(r.mode, "");
  EXPECT_EQ(r.cooldown, 5min);
  EXPECT_EQ(r.budget, 3u);
  EXPECT_EQ(r.budget_window, 30min);
  ASSERT_EQ(r.steps.size(), 1u) << "an event";
  EXPECT_EQ(r.steps[0].action, "event");
  EXPECT_EQ(r.steps[0].settle, 1min);
  EXPECT_EQ(r.steps[0].timeout, 1min);
}

TEST(rules, every_key_is_read) {
  const rule_settings r = first_of(rule(
      "down", "for = \"5m\"\nkeep_firing_for = \"2m\"\ntimes = { n = 3, of = 5 }\n"
              "labels = { team = \"web\", none = \"\" }\nseverity = \"critical\"\nsummary = \"is down\"\n"
              "action = \"reload\"\ntarget = \"process:web\"\nsignal = \"SIGUSR1\"\nsettle = \"10s\"\n"
              "timeout = \"20s\"\nmode = \"act\"\ncooldown = \"1m\"\nbudget = 7\nbudget_window = \"1h\"\n"));
  EXPECT_EQ(r.hold, 5min);
  EXPECT_EQ(r.keep_firing, 2min);
  EXPECT_EQ(r.times, 3u);
  EXPECT_EQ(r.of, 5u);
  EXPECT_THAT(r.labels, ElementsAre(Pair("team", "web"), Pair("none", "")));
  EXPECT_EQ(r.severity, "critical");
  EXPECT_EQ(r.summary, "is down");
  EXPECT_EQ(r.mode, "act");
  EXPECT_EQ(r.cooldown, 1min);
  EXPECT_EQ(r.budget, 7u);
  EXPECT_EQ(r.budget_window, 1h);
  ASSERT_EQ(r.steps.size(), 1u);
  EXPECT_EQ(r.steps[0].action, "reload");
  EXPECT_EQ(r.steps[0].target, "process:web");
  EXPECT_EQ(r.steps[0].signal, "SIGUSR1");
  EXPECT_EQ(r.steps[0].settle, 10s);
  EXPECT_EQ(r.steps[0].timeout, 20s);
  EXPECT_EQ(r.steps[0].where.line, 10u);
}

TEST(rules, steps_are_read_in_their_order) {
  const rule_settings r =
      first_of(rule("down", cat("[[rule.steps]]\naction = \"run\"\ncommand = ['", absolute("drain"),
                                "', \"{device}\"]\nsettle = \"0s\"\n[[rule.steps]]\naction = "
                                "\"restart\"\ntarget = \"process:{name}\"\n")));
  ASSERT_EQ(r.steps.size(), 2u);
  EXPECT_EQ(r.steps[0].action, "run");
  EXPECT_THAT(r.steps[0].command, ElementsAre(absolute("drain"), "{device}"));
  EXPECT_EQ(r.steps[0].settle, 0s);
  EXPECT_EQ(r.steps[0].where.line, 4u);
  EXPECT_EQ(r.steps[1].action, "restart");
  EXPECT_EQ(r.steps[1].target, "process:{name}");
  EXPECT_EQ(r.steps[1].where.line, 8u);
}

TEST(rules, targets_have_their_forms) {
  const auto with = [](std::string_view target) {
    return problems_of(rule("a", cat("action = \"stop\"\ntarget = '", target, "'\n")));
  };
  for (const std::string& good :
       {std::string("process:web"), std::string("service:cups.service"), std::string("series"),
        std::string("port:8080"), std::string("port:8080/tcp"), std::string("port:53/udp"),
        std::string("port:{port}"), cat("file:", absolute("lock")), std::string("process:{group}-{n}")})
    EXPECT_THAT(with(good), IsEmpty()) << good;
  for (const char* bad : {"", "web", "process:", "process:Web!", "port:0", "port:65536", "port:80/icmp",
                          "port:x", "file:relative", "file:", "host:a", "process:{", "process:}",
                          "process:{a-b}", "process:{}", "series:a"})
    EXPECT_THAT(with(bad),
                ElementsAre(AllOf(StartsWith("5:10: rule.target is \""), HasSubstr("service:NAME"))))
        << bad;
}

TEST(rules, mistakes_are_said_with_their_place) {
  EXPECT_THAT(problems_of("[[rule]]\n"),
              ElementsAre(AllOf(StartsWith("1:1: rule.name is missing"), HasSubstr("reeve reset")),
                          AllOf(StartsWith("1:1: rule.expr is missing"), HasSubstr("write expr"))));
  EXPECT_THAT(problems_of(rule("A")), ElementsAre(StartsWith("2:8: rule.name is \"A\", allowed is")));
  EXPECT_THAT(
      problems_of(cat(rule("a"), rule("a"))),
      ElementsAre(AllOf(StartsWith("5:8: rule.name is \"a\", as that of the rule at "), HasSubstr(":1"))));
  EXPECT_THAT(problems_of("[[rule]]\nname = \"a\"\nexpr = \"\"\n"), ElementsAre("3:8: rule.expr is empty"));
  static constexpr struct {
    std::string_view text, says;
  } table[] = {
      {"for = \"31d\"", "4:7: rule.for is 31d, allowed is 0s to 30d"},
      {"for = 5", "4:7: rule.for must be a duration in quotes, not an integer"},
      {"keep_firing_for = \"-1s\"", "4:19: rule.keep_firing_for"},
      {"times = 3", "4:9: rule.times must be a table | write times = { n = 3, of = 5 }"},
      {"times = { n = 3 }", "4:9: rule.times.of is missing | write times = { n = 3, of = 5 }"},
      {"times = { n = 6, of = 5 }", "4:15: rule.times.n is 6, more than of = 5"},
      {"times = { n = 1, of = 65 }", "4:23: rule.times.of is 65, allowed is 1 to 64"},
      {"times = { n = 1, off = 5, of = 5 }",
       "4:18: unknown key \"off\" in [rule.times] | did you mean \"of\"?"},
      {"labels = \"x\"", "4:10: rule.labels must be a table"},
      {"labels = { __name__ = \"x\" }", "4:12: rule.labels has \"__name__\", which no label is called"},
      {"labels = { 'a-b' = \"x\" }", "4:12: rule.labels has \"a-b\", which no label is called"},
      {"labels = { a = 1 }", "4:16: rule.labels.a must be text in quotes"},
      {"labels = { severity = \"x\" }", "4:12: rule.labels has severity, which is a key of its own"},
      {"severity = \"crit\"", "4:12: rule.severity is \"crit\", allowed is"},
      {"mode = \"on\"", "4:8: rule.mode is \"on\", allowed is \"observe\" or \"act\""},
      {"cooldown = \"2d\"", "4:12: rule.cooldown is 2d"},
      {"budget = 0", "4:10: rule.budget is 0, allowed is 1 to 1000"},
      {"budget_window = \"0s\"", "4:17: rule.budget_window is 0s"},
      {"action = \"restrat\"",
       "4:10: rule.action is \"restrat\", allowed is \"event\", \"run\", \"stop\", \"restart\", \"start\", "
       "\"kill\", \"reload\" or \"dump\" | did you mean \"restart\"?"},
      {"action = \"stop\"", "1:1: rule.target is missing: who is it that action = \"stop\" goes for?"},
      {"action = \"event\"\ntarget = \"series\"", "5:10: rule.target does not go with action = \"event\""},
      {"action = \"start\"\ntarget = \"port:80\"",
       "5:10: rule.target is \"port:80\", which nothing can start"},
      {"action = \"kill\"\ntarget = \"service:cups\"",
       "5:10: rule.target is \"service:cups\", and a service is not killed | write action = \"stop\""},
      {"action = \"run\"", "1:1: rule.command is missing"},
      {"action = \"run\"\ncommand = \"fix\"", "5:11: rule.command must begin with the program file"},
      {"action = \"run\"\ncommand = []", "5:11: rule.command must begin with the program file"},
      {"action = \"kill\"\ntarget = \"series\"\ncommand = \"fix\"",
       "6:11: rule.command does not go with action = \"kill\""},
      {"action = \"kill\"\ntarget = \"series\"\nsignal = \"SIGHUP\"",
       "6:10: rule.signal does not go with action = \"kill\""},
      {"action = \"reload\"\ntarget = \"series\"\nsignal = \"SIGKILL\"", "6:10: rule.signal is \"SIGKILL\""},
      {"settle = \"5s\"", "1:1: rule.action is missing"},
      {"action = \"event\"\n[[rule.steps]]\naction = \"event\"", "4:10: rule.action stands beside steps"},
      {"[[rule.steps]]\nsettle = \"5s\"", "4:1: rule.steps.action is missing"},
      {"[[rule.steps]]\naction = \"event\"\ntimeout = \"0s\"", "6:11: rule.steps.timeout is 0s"},
      {"[[rule.steps]]\naction = \"event\"\nwait = \"5s\"", "6:1: unknown key \"wait\" in [rule.steps]"},
      {"steps = []", "4:9: rule.steps is empty | leave it out for an event"},
      {"steps = 3", "4:9: rule.steps must be an array of tables"},
      {"expression = \"up\"", "4:1: unknown key \"expression\" in [rule]"}};
  for (const auto& [text, says] : table)
    EXPECT_THAT(problems_of(rule("a", cat(text, "\n"))), ElementsAre(StartsWith(std::string(says)))) << text;
  EXPECT_THAT(
      problems_of(rule("a", cat("action = \"run\"\ncommand = ['", absolute("fix"), "', \"{a b}\"]\n"))),
      ElementsAre(HasSubstr("rule.command has \"{a b}\", whose braces hold no label")));
}

TEST(rules, steps_are_bounded) {
  std::string many;
  for (int i = 0; i < 17; ++i)
    many += "[[rule.steps]]\naction = \"event\"\n";
  EXPECT_THAT(problems_of(rule("a", many)), ElementsAre(HasSubstr("rule.steps are more than 16")));
}

TEST(rules, several_files_add_theirs) {
  const test::config_folder folder(rule("a"));
  folder.write("conf.d/more.toml", rule("b"));
  const loaded l = folder.load();
  ASSERT_TRUE(l.value) << l.problems[0].message;
  ASSERT_EQ(l.value->rules.size(), 2u);
  EXPECT_EQ(l.value->rules[1].name, "b");
  EXPECT_THAT(l.value->rules[1].where.file, HasSubstr("more.toml"));
}

TEST(rules, differ_by_what_they_say_and_not_by_where) {
  const rule_settings plain = first_of(rule("a"));
  EXPECT_EQ(plain, first_of(cat("\n\n", rule("a"))));
  EXPECT_NE(plain, first_of(rule("a", "for = \"1s\"\n")));
  EXPECT_NE(plain, first_of(rule("a", "action = \"kill\"\ntarget = \"series\"\n")));
}

TEST(rules, their_engine_has_bounds) {
  const loaded l = load_text("[rules]\ninterval = \"1s\"\nmax_series = 100\nmax_samples = 1000\n");
  ASSERT_TRUE(l.value);
  EXPECT_EQ(l.value->rule_engine.interval, 1s);
  EXPECT_EQ(l.value->rule_engine.max_series, 100u);
  EXPECT_EQ(l.value->rule_engine.max_samples, 1000u);
  EXPECT_THAT(
      problems_of("[rules]\ninterval = \"10ms\"\nmax_series = 99\nmax_samples = 10000000000\nx = 1\n"),
      ElementsAre(StartsWith("2:12: rules.interval is 10ms"), StartsWith("3:14: rules.max_series is 99"),
                  StartsWith("4:15: rules.max_samples is 10000000000"), StartsWith("5:1: unknown key")));
}

} // namespace
} // namespace reeve::config
