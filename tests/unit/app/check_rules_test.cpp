// SPDX-License-Identifier: Apache-2.0
#include "reeve/app/check_rules.hpp"

#include "tests/unit/config/load_text.hpp"

#include <gmock/gmock.h>

namespace reeve::app {
namespace {

using config::test::absolute;
using config::test::load_text;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

// "LINE:COLUMN: MESSAGE | HINT" of each.
std::vector<std::string> problems_of(std::string_view text) {
  const config::loaded l = load_text(text);
  if (!l.value) return {l.problems.at(0).message};
  std::vector<std::string> out;
  for (const diagnostic& d : check_rules(l))
    out.push_back(
        cat(d.where.line, ":", d.where.column, ": ", d.message, d.hint.empty() ? "" : " | ", d.hint));
  return out;
}

std::string rule(std::string_view expression, std::string_view more = {}) {
  return cat("[[rule]]\nname = \"a\"\nexpr = ", expression, "\n", more);
}

TEST(check_rules, a_good_rule_is_fine) {
  EXPECT_THAT(problems_of(rule("'up == 0'", "summary = \"{{ $labels.x }} is {{$value}}\"\n")), IsEmpty());
}

TEST(check_rules, a_mistake_has_its_place_within_the_string) {
  EXPECT_THAT(problems_of(rule("'up == '")),
              ElementsAre("3:15: rule.expr: the expression ends where a value should stand"));
  EXPECT_THAT(
      problems_of(rule("'rate(up)'")),
      ElementsAre("3:14: rule.expr: rate takes a range, and this is a vector | give the selector a range, as "
                  "in NAME[5m]"));
  // Each \" is one character of the expression, and two of the file.
  EXPECT_THAT(problems_of(rule(R"("up{a=\"b\"} ==")")),
              ElementsAre(HasSubstr("3:23: rule.expr: the expression ends")));
  EXPECT_THAT(problems_of(rule(R"("up{a=\"\u00e4\"} ==")")),
              ElementsAre(HasSubstr("3:28: rule.expr: the expression ends")));
  EXPECT_THAT(problems_of(rule("'up{a=\"\xC3\xA4\"} =='")),
              ElementsAre(HasSubstr("3:21: rule.expr: the expression ends")));
}

TEST(check_rules, a_mistake_on_several_lines_has_its_place_in_the_message) {
  EXPECT_THAT(problems_of(rule("'''\nup\n  == '''")),
              ElementsAre(HasSubstr("3:8: rule.expr, at 2:6: the expression ends")));
  // A backslash joins lines, so that those of the text are not those of the file.
  EXPECT_THAT(problems_of(rule("\"\"\"\\\n  up \\\n  == \"\"\"")),
              ElementsAre("3:8: rule.expr, at its end: the expression ends where a value should stand"));
  EXPECT_THAT(problems_of(rule("\"\"\"\\\n  up \\\n  == ) + 1\"\"\"")),
              ElementsAre(HasSubstr("3:8: rule.expr, where it has ) + 1: expected a value")));
}

TEST(check_rules, a_number_would_always_fire) {
  EXPECT_THAT(
      problems_of(rule("'1 > bool 2'")),
      ElementsAre(AllOf(HasSubstr("3:9: rule.expr: a number is always there"), HasSubstr("always fire"))));
}

TEST(check_rules, what_is_outside_the_subset_is_refused) {
  EXPECT_THAT(problems_of(rule("'a * on (x) group_left b'")),
              ElementsAre(HasSubstr("group_left: many samples to one")));
}

TEST(check_rules, mistakes_of_a_summary_are_said) {
  EXPECT_THAT(
      problems_of(rule("'up'", "summary = \"{{ $value | humanize }}\"\n")),
      ElementsAre(AllOf(HasSubstr("4:11: rule.summary of a: {{ $value | humanize }} stands for nothing"),
                        HasSubstr("no functions"))));
}

TEST(check_rules, processes_must_be_there) {
  const std::string process = cat("[[process]]\nname = \"web\"\ncommand = '", absolute("web"), "'\n");
  EXPECT_THAT(problems_of(cat(process, rule("'up'", "action = \"stop\"\ntarget = \"process:web\"\n"))),
              IsEmpty());
  EXPECT_THAT(problems_of(cat(process, rule("'up'", "action = \"stop\"\ntarget = \"process:{name}\"\n"))),
              IsEmpty());
  EXPECT_THAT(
      problems_of(cat(process, rule("'up'", "action = \"stop\"\ntarget = \"process:wep\"\n"))),
      ElementsAre("7:10: target is \"process:wep\", and no [[process]] or [[job]] has that name | did "
                  "you mean \"process:web\"?"));
}

TEST(check_rules, a_job_is_a_target_too) {
  const std::string job =
      cat("[[job]]\nname = \"backup\"\ncommand = '", absolute("backup"), "'\nschedule = \"@daily\"\n");
  EXPECT_THAT(problems_of(cat(job, rule("'up'", "action = \"stop\"\ntarget = \"process:backup\"\n"))),
              IsEmpty());
}

TEST(check_rules, targets_of_alerts_are_looked_at_as_well) {
  EXPECT_THAT(problems_of("[webhook]\ntoken = \"0123456789abcdef\"\n[[webhook.alert]]\nname = \"a\"\n"
                          "match = \"alertname=Leak\"\naction = \"stop\"\ntarget = \"process:web\"\n"),
              ElementsAre(HasSubstr("6:10: target is \"process:web\"")));
}

TEST(check_rules, the_time_zone_of_a_maintenance_window_must_be_there) {
  const std::string window = "[[maintenance]]\nname = \"n\"\nfrom = \"22:00\"\nto = \"06:00\"\n";
  EXPECT_THAT(problems_of(cat(window, "time_zone = \"UTC\"\n")), IsEmpty());
  EXPECT_THAT(problems_of(cat(window, "time_zone = \"Europe/Nowhere\"\n")),
              ElementsAre(AllOf(HasSubstr("5:13: maintenance.time_zone: "), HasSubstr("Europe/Nowhere"),
                                HasSubstr("| write \"local\""))));
}

TEST(check_rules, rules_are_made_of_the_settings) {
  const config::loaded l = load_text(
      rule("'up == 0'", "for = \"5m\"\nkeep_firing_for = \"1500ms\"\ntimes = { n = 2, of = 3 }\nseverity = "
                        "\"critical\"\nlabels = { team = \"web\", a = \"b\" }\n"));
  ASSERT_TRUE(l.value);
  const auto made = make_rules(l.value->rules);
  ASSERT_EQ(made.size(), 1u);
  EXPECT_EQ(made[0].name, "a");
  EXPECT_EQ(made[0].text, "up == 0");
  EXPECT_EQ(made[0].hold_ms, 300'000);
  EXPECT_EQ(made[0].keep_firing_ms, 1500);
  EXPECT_EQ(made[0].times, 2u);
  EXPECT_EQ(made[0].of, 3u);
  EXPECT_THAT(made[0].labels, ElementsAre(Pair("a", "b"), Pair("severity", "critical"), Pair("team", "web")));
}

} // namespace
} // namespace reeve::app
