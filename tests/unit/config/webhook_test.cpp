// SPDX-License-Identifier: Apache-2.0
// The table [webhook] and its [[webhook.alert]].
#include "load_text.hpp"

#include <gmock/gmock.h>

namespace reeve::config {
namespace {

using test::absolute;
using test::load_text;
using test::problems_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr std::string_view token = "0123456789abcdef0123456789abcdef";

std::string webhook(std::string_view more = {}) {
  return cat("[webhook]\ntoken = \"", token, "\"\n", more);
}

std::string alert(std::string_view name, std::string_view more = "match = \"alertname=Leak\"\n") {
  return cat("[[webhook.alert]]\nname = \"", name, "\"\n", more);
}

TEST(webhook, is_not_there_without_its_table) {
  EXPECT_FALSE(load_text("").value->webhook);
}

TEST(webhook, has_defaults_for_all_but_who_may) {
  const loaded l = load_text(webhook());
  ASSERT_TRUE(l.value) << l.problems[0].message;
  webhook_settings wanted;
  wanted.token = token;
  EXPECT_EQ(l.value->webhook, wanted);
}

TEST(webhook, every_key_is_read) {
  const loaded l =
      load_text(cat("[webhook]\nuser = \"alertmanager\"\npassword = \"correct horse battery\"\n"
                    "path = \"/hooks/alerts\"\nmax_body = \"2MB\"\nrate = 0.5\nburst = 3\n"
                    "queue = 17\n",
                    alert("leak", "match = [\"alertname=\\\"Leak\\\"\", 'severity =~ critical|page']\n"
                                  "action = \"restart\"\ntarget = \"process:web\"\n"),
                    alert("rest")));
  ASSERT_TRUE(l.value) << l.problems[0].message;
  const webhook_settings& w = *l.value->webhook;
  EXPECT_EQ(w.user, "alertmanager");
  EXPECT_EQ(w.password, "correct horse battery");
  EXPECT_EQ(w.path, "/hooks/alerts");
  EXPECT_EQ(w.max_body, 2'000'000u);
  EXPECT_EQ(w.rate, 0.5);
  EXPECT_EQ(w.burst, 3u);
  EXPECT_EQ(w.queue, 17u);
  ASSERT_EQ(w.alerts.size(), 2u);
  EXPECT_EQ(w.alerts[0].name, "leak");
  using enum label_matcher::relation;
  EXPECT_THAT(w.alerts[0].match, ElementsAre(label_matcher{"alertname", equal, "Leak"},
                                             label_matcher{"severity", matches, "critical|page"}));
  ASSERT_EQ(w.alerts[0].steps.size(), 1u);
  EXPECT_EQ(w.alerts[0].steps[0].action, "restart");
  EXPECT_EQ(w.alerts[0].steps[0].target, "process:web");
  ASSERT_EQ(w.alerts[1].steps.size(), 1u) << "without an action it is told";
  EXPECT_EQ(w.alerts[1].steps[0].action, "event");
}

TEST(webhook, matchers_are_written_as_alertmanager_has_them) {
  const auto matcher = [](std::string_view text) {
    const loaded l = load_text(cat(webhook(), alert("a", cat("match = '", text, "'\n"))));
    return l.value ? l.value->webhook->alerts.at(0).match.at(0)
                   : label_matcher{l.problems.at(0).message, {}, {}};
  };
  using enum label_matcher::relation;
  EXPECT_EQ(matcher(R"(a=b)"), (label_matcher{"a", equal, "b"}));
  EXPECT_EQ(matcher(R"( a != "b c" )"), (label_matcher{"a", not_equal, "b c"}));
  EXPECT_EQ(matcher(R"(a=~"b|c")"), (label_matcher{"a", matches, "b|c"}));
  EXPECT_EQ(matcher(R"(_A1!~b)"), (label_matcher{"_A1", matches_not, "b"}));
  EXPECT_EQ(matcher(R"(a="=~!=")"), (label_matcher{"a", equal, "=~!="}));
  EXPECT_EQ(matcher(R"(a=)"), (label_matcher{"a", equal, ""}));
  EXPECT_EQ(matcher(R"(a="q\"\\\n\d")"), (label_matcher{"a", equal, "q\"\\\n\\d"}));
}

TEST(webhook, a_bad_matcher_is_explained_in_its_place) {
  const auto problem = [](std::string_view text) {
    return problems_of(cat(webhook(), alert("a", cat("match = ['a=b', '", text, "']\n")))).at(0);
  };
  EXPECT_THAT(
      problem("alertname"),
      StartsWith(
          "5:17: webhook.alert.match: \"alertname\" is no matcher: there is none of =, !=, =~ and !~"));
  EXPECT_THAT(problem("a!b"), HasSubstr("behind ! stands neither"));
  EXPECT_THAT(problem("=b"), HasSubstr("no name of a label"));
  EXPECT_THAT(problem("1a=b"), HasSubstr("no name of a label"));
  EXPECT_THAT(problem("a=\"b"), HasSubstr("not at its two ends"));
  EXPECT_THAT(problem("a=\"b\"c"), HasSubstr("not at its two ends"));
  EXPECT_THAT(problem("a=b\""), HasSubstr("a value with a quote"));
  EXPECT_THAT(problem("a=~\"(\""), HasSubstr("missing ): ("));
}

TEST(webhook, somebody_must_be_asked_who_he_is) {
  EXPECT_THAT(
      problems_of("[webhook]\n"),
      ElementsAre("1:1: webhook.token is missing | write token_file = \"...\", or user and password_file"));
  EXPECT_THAT(problems_of("[webhook]\nallow_unauthenticated = true\n"), IsEmpty());
  EXPECT_THAT(problems_of("[http]\nlisten = [\"127.0.0.1:1\", \"[::1]:1\", \"localhost:2\"]\n[webhook]\n"
                          "allow_unauthenticated = true\n"),
              IsEmpty());
  for (const char* open : {"0.0.0.0:1", "[::]:1", "192.0.2.1:1", "127.example.com:1"})
    EXPECT_THAT(problems_of(cat("[http]\nlisten = [\"127.0.0.1:1\", \"", open,
                                "\"]\n[webhook]\nallow_unauthenticated = true\n")),
                ElementsAre(HasSubstr(cat("http.listen has ", open, ", which others can reach"))));
  EXPECT_THAT(problems_of(webhook("allow_unauthenticated = true\n")),
              ElementsAre(HasSubstr("is true, and there is a token or a user")));
}

TEST(webhook, secrets_are_one_and_long_enough) {
  EXPECT_THAT(problems_of("[webhook]\ntoken = \"short\"\n"),
              ElementsAre(StartsWith("2:9: webhook.token must have 16 to 4096 characters")));
  EXPECT_THAT(problems_of("[webhook]\ntoken = \"with a blank 123456\"\n"),
              ElementsAre(HasSubstr("not to be seen")));
  EXPECT_THAT(problems_of("[webhook]\nuser = \"me\"\npassword = \"short\"\n"),
              ElementsAre(HasSubstr("webhook.password must have 12 to 4096")));
  EXPECT_THAT(problems_of("[webhook]\nuser = \"m:e\"\npassword = \"long enough it is\"\n"),
              ElementsAre(HasSubstr("holds a colon")));
  EXPECT_THAT(problems_of("[webhook]\nuser = \"me\"\n"), ElementsAre(HasSubstr("webhook.user needs both")));
  EXPECT_THAT(problems_of("[webhook]\npassword = \"long enough it is\"\n"),
              ElementsAre(HasSubstr("webhook.password needs both")));
  EXPECT_THAT(problems_of(webhook("user = \"me\"\npassword = \"long enough it is\"\n")),
              ElementsAre(HasSubstr("webhook.user stands beside a token")));
}

// What is wrong is logged, told as an event, and answered to who asks for a reload.
TEST(webhook, secrets_are_not_shown_with_what_is_wrong) {
  const auto shown = [](std::string_view text) {
    const loaded l = load_text(text);
    return l.problems.empty() ? "no problem" : l.problems[0].excerpt;
  };
  EXPECT_EQ(shown("[webhook]\ntoken = \"short\"\n"), "token = ...");
  EXPECT_EQ(shown("[webhook]\n  'password'='long enough it is'\n"), "  'password'=...");
  EXPECT_EQ(shown("webhook = { rate = 5000, token=\"0123456789abcdef\" }\n"),
            "webhook = { rate = 5000, token=...");
  EXPECT_EQ(shown("[webhook]\ntoken = \"0123456789abcdef\" x\n"), "token = ...");
  EXPECT_EQ(shown("tokn = \"0123456789abcdef\"\n"), "tokn = ...");
  EXPECT_EQ(shown("\"pasword\" = \"long enough it is\"\n"), "\"pasword\" = ...");
  EXPECT_EQ(shown("webhook.Token='0123456789abcdef'\n"), "webhook.Token=...");
  EXPECT_EQ(shown("= x\n"), "= x");
  EXPECT_EQ(shown("[webhook]\nuser = \"me\"\npassword_file = 'relative'\n"), "password_file = 'relative'");
  EXPECT_EQ(shown("[agent]\ninstance = \"A token\"\n"), "instance = \"A token\"");
}

TEST(webhook, secrets_come_from_files) {
  const reeve::test::temp_dir folder;
  const auto file = [&](std::string_view name, std::string_view text) {
    reeve::test::write_file(folder / std::string(name), text);
    return test::utf8(folder / std::string(name));
  };
  const loaded l =
      load_text(cat("[webhook]\ntoken_file = '", file("token", cat(token, "\r\nmore\n")), "'\n"));
  ASSERT_TRUE(l.value) << l.problems[0].message;
  EXPECT_EQ(l.value->webhook->token, token);
  const loaded basic = load_text(
      cat("[webhook]\nuser = \"me\"\npassword_file = '", file("password", "it is long enough"), "'\n"));
  ASSERT_TRUE(basic.value) << basic.problems[0].message;
  EXPECT_EQ(basic.value->webhook->password, "it is long enough");

  EXPECT_THAT(problems_of(cat("[webhook]\ntoken_file = '", test::utf8(folder / "none"), "'\n")),
              ElementsAre(HasSubstr("No such file")));
  EXPECT_THAT(problems_of(cat("[webhook]\ntoken_file = '", file("empty", "\n"), "'\n")),
              ElementsAre(HasSubstr("whose first line is empty")));
  EXPECT_THAT(problems_of(cat("[webhook]\ntoken_file = '", file("short", "abc"), "'\n")),
              ElementsAre(HasSubstr("webhook.token_file must have 16")));
  EXPECT_THAT(problems_of("[webhook]\ntoken_file = 'relative'\n"),
              ElementsAre(HasSubstr("not an absolute path")));
  EXPECT_THAT(problems_of(webhook(cat("token_file = '", file("second", token), "'\n"))),
              ElementsAre(HasSubstr("stands beside token")));
}

// What is done about one would be done about the other, and `reeve reset` and silences could not tell them apart.
TEST(webhook, an_alert_does_not_have_the_name_of_a_rule) {
  EXPECT_THAT(problems_of(cat(webhook(), alert("leak"), "[[rule]]\nname = \"leak\"\nexpr = 'up == 0'\n")),
              ElementsAre(AllOf(StartsWith("4:8: webhook.alert.name is \"leak\", as that of the rule at "),
                                HasSubstr(":6"))));
}

TEST(webhook, other_problems_are_named) {
  EXPECT_THAT(problems_of(cat(webhook(), alert("all"))), ElementsAre(HasSubstr("stands for every process")));
  EXPECT_THAT(problems_of(webhook("path = \"alerts\"\n")), ElementsAre(HasSubstr("which is no path")));
  EXPECT_THAT(problems_of(webhook("path = \"/metrics\"\n")),
              ElementsAre(HasSubstr("which the agent uses itself")));
  EXPECT_THAT(problems_of(webhook("tokens = 1\n")),
              ElementsAre(HasSubstr("unknown key \"tokens\" in [webhook]")));
  EXPECT_THAT(problems_of(webhook("queue = 0\n")), ElementsAre(HasSubstr("allowed is 1 to 10000")));
  EXPECT_THAT(problems_of(cat(webhook(), alert("a"), alert("a"))),
              ElementsAre(HasSubstr("as that of the table at")));
  EXPECT_THAT(problems_of(cat(webhook(), alert("A"))), ElementsAre(HasSubstr("allowed is")));
  EXPECT_THAT(problems_of(cat(webhook(), alert("a", ""))),
              ElementsAre(HasSubstr("webhook.alert.match is missing")));
  EXPECT_THAT(problems_of(cat(webhook(), alert("a", "match = []\n"))),
              ElementsAre(HasSubstr("match is empty")));
  EXPECT_THAT(problems_of(cat(webhook(), "[[webhook.alert]]\nmatch = \"a=b\"\n")),
              ElementsAre(HasSubstr("webhook.alert.name is missing")));
  EXPECT_THAT(problems_of(cat(webhook(), alert("a", "match = \"a=b\"\naction = \"explode\"\n"))),
              ElementsAre(HasSubstr("webhook.alert.action")));
}

} // namespace
} // namespace reeve::config
