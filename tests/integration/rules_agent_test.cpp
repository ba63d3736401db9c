// SPDX-License-Identifier: Apache-2.0
// What a person asks a running agent about rules: expressions, metrics that nobody has, what fires.
#include "tests/integration/managed_processes.hpp"

#include <gmock/gmock.h>

#include <string>

namespace reeve::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* is_up = "reeve_managed_state{name=\"web\",state=\"running\"} == 1";

class rules_agent_test : public managed_processes {
 protected:
  static std::string rule(const std::string& name, const std::string& expression,
                          const std::string& more = {}) {
    return "[[rule]]\nname = \"" + name + "\"\nexpr = '''" + expression + "'''\n" + more;
  }
  void start_with_rules(const std::string& rules) {
    start(process("web", "[\"stay\"]", "stop_timeout = \"2s\"\n") + "[rules]\ninterval = \"200ms\"\n" +
          rules);
    ASSERT_TRUE(reaches("web", "running"));
  }
  finished_child eval(const std::string& expression, bool json = false) {
    std::vector<std::string> words{"eval", "--instance", agent_->instance()};
    if (json) words.emplace_back("--json");
    words.insert(words.end(), {"--", expression});
    return run_reeve("rules", words);
  }
  boost::json::object eval_json(const std::string& expression) {
    const finished_child out = eval(expression, true);
    EXPECT_EQ(out.exit_code, 0) << out.output;
    return boost::json::parse(out.output).as_object();
  }
};

TEST_F(rules_agent_test, an_expression_is_evaluated_over_what_the_agent_has_now) {
  start_with_rules("");
  const auto body = eval_json(is_up);
  EXPECT_EQ(body.at("status"), "success");
  EXPECT_FALSE(body.contains("warnings"));
  const auto& rows = body.at("data").at("result").as_array();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].at("metric").at("__name__"), "reeve_managed_state");
  EXPECT_EQ(rows[0].at("metric").at("name"), "web");
  EXPECT_EQ(rows[0].at("value").at(1), "1");

  EXPECT_THAT(eval("count(reeve_managed_state{name=\"web\"}) * 0 + 2.5").output, HasSubstr("2.5  {}"));
  EXPECT_EQ(eval("1 + 1").output, "2\n");
  EXPECT_EQ(eval_json("scalar(reeve_build_info)").at("data").at("resultType"), "scalar");
  EXPECT_EQ(eval_json("nothing_of_that_name").at("data").at("result").as_array().size(), 0u);
}

TEST_F(rules_agent_test, what_the_agent_has_not_kept_is_said) {
  start_with_rules(rule("seen", "rate(reeve_scrapes_total[5s]) > 1e9"));
  // A rule looks at it: whatever there is of the range is there, but the agent is young.
  ASSERT_TRUE(wait_until(
      [&] {
        const auto body = eval_json("count_over_time(reeve_scrapes_total[5s])");
        const auto& rows = body.at("data").at("result").as_array();
        return !rows.empty() && !body.contains("warnings") &&
               std::stod(rows[0].at("value").at(1).as_string().c_str()) > 5;
      },
      long_bound));
  const finished_child further = eval("rate(reeve_scrapes_total[1h])");
  EXPECT_EQ(further.exit_code, 0);
  EXPECT_THAT(further.output, HasSubstr("reeve: warning: no rule looks back at reeve_scrapes_total for 1h"));
  const auto body = eval_json("increase(reeve_events_total[5m]) or sum(reeve_scrapes_total offset 1m)");
  ASSERT_EQ(body.at("warnings").as_array().size(), 2u) << boost::json::serialize(body);
  EXPECT_THAT(std::string(body.at("warnings").at(0).as_string()), HasSubstr("reeve_events_total"));
  EXPECT_THAT(std::string(body.at("warnings").at(1).as_string()), HasSubstr("reeve_scrapes_total"));
}

TEST_F(rules_agent_test, a_young_agent_says_how_far_its_samples_go_back) {
  start_with_rules(rule("seen", "rate(reeve_scrapes_total[1h]) > 1e9"));
  const finished_child answer = eval("rate(reeve_scrapes_total[1h])");
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_THAT(answer.output, AllOf(HasSubstr("warning: the oldest sample of reeve_scrapes_total is from "),
                                   HasSubstr("ago, and 1h are looked back at")));
}

TEST_F(rules_agent_test, what_is_wrong_is_said_and_where_no_agent_is_too) {
  start_with_rules("");
  EXPECT_THAT(eval("rate(reeve_scrapes_total)").output, HasSubstr("1:6: rate takes a range"));
  const finished_child twice = eval("reeve_log_lines_total * on () reeve_log_lines_total", true);
  EXPECT_EQ(twice.exit_code, 1);
  EXPECT_EQ(boost::json::parse(twice.output).at("errorType"), "execution");
  EXPECT_EQ(run_reeve({"rules", "eval", "up", "--at", "1"}).exit_code, 2);
  EXPECT_EQ(tell("rules", {"list", "good"}).exit_code, 2);
  const finished_child nobody = run_reeve({"rules", "eval", "up", "--instance", agent_->instance() + "-not"});
  EXPECT_EQ(nobody.exit_code, 1);
  EXPECT_THAT(nobody.output, HasSubstr("no agent listens on"));
  const finished_child in_json =
      run_reeve({"rules", "eval", "up", "--json", "--instance", agent_->instance() + "-not"});
  EXPECT_EQ(boost::json::parse(in_json.output).at("errorType"), "unavailable");
  const finished_child listed =
      run_reeve({"rules", "list", "--json", "--instance", agent_->instance() + "-not"});
  EXPECT_EQ(listed.exit_code, 1);
  EXPECT_THAT(std::string(boost::json::parse(listed.output).at("error").as_string()),
              HasSubstr("no agent listens on"));
}

TEST_F(rules_agent_test, explain_shows_what_a_rule_that_does_not_fire_looks_at) {
  start_with_rules(
      rule("quiet", "reeve_managed_state{name=\"web\",state=\"running\"} > 1 or reeve_no_such > 0"));
  ASSERT_TRUE(wait_until(
      [&] {
        return tell("rules", {"explain", "quiet"})
                   .output.find(R"(there is reeve_managed_state{name="web", state="running"}: 1)") !=
               std::string::npos;
      },
      long_bound))
      << tell("rules", {"explain", "quiet"}).output;
  EXPECT_THAT(tell("rules", {"explain", "quiet"}).output,
              AllOf(HasSubstr("does not fire: the condition gives 0 samples"),
                    HasSubstr("there is no reeve_no_such that it selects")));
}

TEST_F(rules_agent_test, check_warns_of_metrics_that_the_agent_does_not_have) {
  start_with_rules(rule("good", is_up) +
                   rule("bad", "rate(reeve_scrape_total[5m]) > 0 or reeve_build_info > 1"));
  const std::string file = agent_->config_file().string();
  const std::string warning = "warning: rule bad: nobody has the metric reeve_scrape_total\n"
                              "hint: did you mean reeve_scrapes_total?\n";
  // The configuration names its agent.
  const finished_child checked = run_reeve("rules", {"check", file});
  EXPECT_EQ(checked.exit_code, 0);
  EXPECT_THAT(checked.output, AllOf(HasSubstr(warning), Not(HasSubstr("reeve_build_info")),
                                    Not(HasSubstr("reeve_managed_state")), HasSubstr("no problems (2 rules)"),
                                    Not(HasSubstr("was not looked at"))));
  EXPECT_EQ(boost::json::parse(run_reeve("rules", {"check", file, "--json"}).output).at("compared_with"),
            "agent");

  const finished_child offline = run_reeve("rules", {"check", file, "--offline"});
  EXPECT_EQ(offline.exit_code, 0);
  EXPECT_THAT(offline.output, AllOf(Not(HasSubstr("warning")), HasSubstr("was not looked at: --offline")));
  const finished_child nobody =
      run_reeve("rules", {"check", file, "--instance", agent_->instance() + "-not"});
  EXPECT_EQ(nobody.exit_code, 0);
  EXPECT_THAT(nobody.output, HasSubstr("was not looked at: no agent listens on"));
}

TEST_F(rules_agent_test, the_status_shows_what_fires_and_what_would_be_done) {
  start_with_rules(
      rule("quiet", "reeve_build_info > 1") +
      rule(
          "watch", is_up,
          "labels = { team = \"a\" }\naction = \"restart\"\ntarget = \"process:{name}\"\nsettle = \"1h\"\n"));
  ASSERT_TRUE(
      wait_until([&] { return tell("status", {}).output.find("would have been done") != std::string::npos; },
                 long_bound));
  const std::string text = tell("status", {}).output;
  EXPECT_THAT(text,
              AllOf(HasSubstr("NAME"), HasSubstr("RULE"), HasSubstr("team=\"a\""), Not(HasSubstr("quiet"))));
  const auto status = boost::json::parse(tell("status", {"--json"}).output);
  EXPECT_EQ(status.at("rules").to_number<int>(), 2);
  EXPECT_EQ(status.at("firing_total").to_number<int>(), 1);
  const auto& firing = status.at("firing").at(0);
  EXPECT_EQ(firing.at("rule"), "watch");
  EXPECT_EQ(firing.at("labels").at("team"), "a");
  EXPECT_EQ(firing.at("labels").at("name"), "web");
  EXPECT_EQ(firing.at("value"), "1");
  EXPECT_EQ(firing.at("next"), "restart process:web would have been done; nothing more");
  EXPECT_GE(firing.at("firing_for_seconds").to_number<double>(), 0);
  EXPECT_EQ(status.at("given_up").as_array().size(), 0u);
  EXPECT_EQ(status.at("processes").at(0).at("name"), "web");

  const auto page = agent_->get("/");
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_THAT(page->body,
              AllOf(HasSubstr("Rules that fire"), HasSubstr("watch</th>"), HasSubstr("team=&quot;a&quot;")));
}

TEST_F(rules_agent_test, the_status_shows_what_was_given_up) {
  start_with_rules(rule("watch", is_up,
                        "mode = \"act\"\naction = \"run\"\ncommand = [\"" + reeve_program().generic_string() +
                            "\", \"version\"]\nsettle = \"0s\"\n"));
  ASSERT_TRUE(wait_until([&] { return tell("status", {}).output.find("was given up") != std::string::npos; },
                         long_bound))
      << agent_->log();
  EXPECT_THAT(tell("status", {}).output,
              HasSubstr("rule watch was given up: its last step was no help; reeve reset watch"));
  EXPECT_EQ(boost::json::parse(tell("status", {"--json"}).output).at("given_up").at(0).at("rule"), "watch");
  const auto page = agent_->get("/");
  ASSERT_TRUE(page);
  EXPECT_THAT(page->body, HasSubstr("watch was given up"));
}

TEST_F(rules_agent_test, without_rules_nothing_is_said_of_them) {
  start_with_rules("");
  EXPECT_THAT(tell("status", {}).output, Not(HasSubstr("rule")));
  const auto page = agent_->get("/");
  ASSERT_TRUE(page);
  EXPECT_THAT(page->body, Not(HasSubstr("Rules that fire")));
}

} // namespace
} // namespace reeve::test
