// SPDX-License-Identifier: Apache-2.0
// `reeve rules eval --json` prints the body that Prometheus answers with.
#include "tests/integration/prometheus_server.hpp"
#include "tests/integration/promql/both_answers.hpp"
#include "tests/integration/promql/made_samples.hpp"
#include "tests/integration/reeve_command.hpp"

#include "reeve/base/strings.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>

namespace reeve::test {
namespace {

// The numbers that the API has as text: of the same spelling, or 1e-9 apart.
bool is_same_number(const boost::json::value& a, const boost::json::value& b) {
  if (a == b) return true;
  const std::string x(a.as_string()), y(b.as_string());
  const double left = std::strtod(x.c_str(), nullptr), right = std::strtod(y.c_str(), nullptr);
  return std::isfinite(left) && std::fabs(left - right) <= 1e-9 * std::max(std::fabs(left), std::fabs(right));
}

bool is_same_time(const boost::json::value& a, const boost::json::value& b) {
  return a.to_number<double>() == b.to_number<double>();
}

std::string key_of(const boost::json::value& row) {
  std::vector<std::string> labels;
  for (const auto& l : row.at("metric").as_object())
    labels.push_back(cat(std::string_view(l.key()), "=", boost::json::serialize(l.value())));
  std::ranges::sort(labels);
  std::string out;
  for (const std::string& l : labels)
    out += l + ",";
  return out;
}

boost::json::array in_order(const boost::json::value& rows) {
  boost::json::array out = rows.as_array();
  std::ranges::sort(out, {}, key_of);
  return out;
}

// Of two answers, but for the order of their samples.
bool is_same_body(const boost::json::value& a, const boost::json::value& b) {
  const boost::json::value &x = a.at("data"), &y = b.at("data");
  if (a.at("status") != b.at("status") || x.at("resultType") != y.at("resultType")) return false;
  const auto is_same_point = [](const boost::json::value& p, const boost::json::value& q) {
    return is_same_time(p.at(0), q.at(0)) && is_same_number(p.at(1), q.at(1));
  };
  if (x.at("resultType") == "scalar") return is_same_point(x.at("result"), y.at("result"));
  const boost::json::array left = in_order(x.at("result")), right = in_order(y.at("result"));
  return std::ranges::equal(left, right, [&](const auto& p, const auto& q) {
    return p.at("metric") == q.at("metric") && is_same_point(p.at("value"), q.at("value"));
  });
}

TEST(rules_command, eval_prints_what_prometheus_answers) {
  const temp_dir folder;
  write_file(folder / "samples.txt", made_samples());
  const auto server = prometheus_server::start_over(made_samples());
  ASSERT_TRUE(server) << server.error().message;
  const auto all = fixture_lines("expressions.txt");
  int same = 0, refused = 0, empty = 0;
  for (std::size_t i = 0; i < all.size(); i += 11) {
    const std::string at = cat(samples_end - 7 * static_cast<std::int64_t>(i), i % 2 == 0 ? ".25" : "");
    // An expression may begin with a sign, so it stands behind all options.
    const finished_child ours = run_reeve({"rules", "eval", "--samples", (folder / "samples.txt").string(),
                                           "--at", at, "--json", "--", all[i]});
    const auto theirs = (*server)->api("query", {{"query", all[i]}, {"time", at}});
    boost::system::error_code is_no_json;
    const auto printed = boost::json::parse(ours.output, is_no_json);
    ASSERT_FALSE(is_no_json) << all[i] << "\n" << ours.output;
    if (!theirs) {
      EXPECT_EQ(ours.exit_code, 1) << all[i];
      EXPECT_EQ(printed.at("status"), "error") << all[i];
      ++refused;
      continue;
    }
    EXPECT_EQ(ours.exit_code, 0) << all[i] << "\n" << ours.output;
    const auto answered = boost::json::parse(*theirs);
    EXPECT_TRUE(is_same_body(printed, answered)) << all[i] << " at " << at << "\n" << ours.output << *theirs;
    const auto& result = answered.at("data").at("result").as_array();
    empty += result.empty() ? 1 : 0;
    ++same;
  }
  std::cout << same << " answers, " << empty << " of them empty, and " << refused << " that both refuse\n";
  EXPECT_GE(same, 50);
  EXPECT_LT(empty, same / 2);
}

TEST(rules_command, eval_says_what_is_wrong_as_the_api_does) {
  const temp_dir folder;
  write_file(folder / "samples.txt", "a 1 1\n# EOF\n");
  const std::string file = (folder / "samples.txt").string();
  const finished_child wrong = run_reeve({"rules", "eval", "rate(a)", "--samples", file, "--json"});
  EXPECT_EQ(wrong.exit_code, 1);
  const auto body = boost::json::parse(wrong.output);
  EXPECT_EQ(body.at("status"), "error");
  EXPECT_EQ(body.at("errorType"), "bad_data");
  EXPECT_EQ(body.at("error").as_string().find("1:6: rate takes a range"), 0u) << wrong.output;
  const finished_child table = run_reeve({"rules", "eval", "a * 2.5", "--samples", file});
  EXPECT_EQ(table.exit_code, 0);
  EXPECT_EQ(table.output, "VALUE  SERIES\n  2.5  {}\n");
  EXPECT_EQ(run_reeve({"rules", "eval", "1 + 1", "--samples", file}).output, "2\n");
  EXPECT_EQ(run_reeve({"rules", "eval", "a", "--samples", file + "x"}).exit_code, 1);
  const finished_child of_folder = run_reeve({"rules", "eval", "a", "--samples", folder.path().string()});
  EXPECT_EQ(of_folder.exit_code, 1);
  EXPECT_NE(of_folder.output.find(" cannot be read: it is a directory\n"), std::string::npos)
      << of_folder.output;
}

TEST(rules_command, eval_takes_the_time_as_the_api_does) {
  const temp_dir folder;
  write_file(folder / "samples.txt", "x 1 1767225700\n# EOF\n");
  write_file(folder / "early.txt", "x 1 -7\nx 2 -5\n# EOF\n");
  const std::string file = (folder / "samples.txt").string();
  const auto server = prometheus_server::start_over("x 1 1767225700\n# EOF\n");
  ASSERT_TRUE(server) << server.error().message;
  for (const char* at :
       {"1767225700.0005", "1767225700.0006", "1767225700.029", "1767225700.9996", "-5.0016"}) {
    const finished_child ours =
        run_reeve({"rules", "eval", "time()", "--samples", file, "--at", at, "--json"});
    const auto theirs = (*server)->api("query", {{"query", "time()"}, {"time", at}});
    ASSERT_TRUE(theirs) << theirs.error().message;
    EXPECT_TRUE(is_same_body(boost::json::parse(ours.output), boost::json::parse(*theirs)))
        << at << "\n"
        << ours.output << *theirs;
  }
  EXPECT_EQ(run_reeve({"rules", "eval", "time()", "--samples", (folder / "early.txt").string()}).output,
            "-5\n");
  for (const char* at : {"nan", "inf", "-inf", "1e13"}) {
    const finished_child refused = run_reeve({"rules", "eval", "x", "--samples", file, "--at", at});
    EXPECT_EQ(refused.exit_code, 2) << at;
    EXPECT_NE(refused.output.find("--at takes seconds"), std::string::npos) << refused.output;
  }
}

TEST(rules_command, an_expression_that_begins_with_a_minus_is_told_where_to_stand) {
  for (const char* expression : {"-x", "-increase(x[5m])"}) {
    const finished_child refused = run_reeve({"rules", "eval", expression});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_NE(refused.output.find("reeve rules eval -- '-up'"), std::string::npos) << refused.output;
  }
  const finished_child other = run_reeve({"rules", "list", "-x"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_NE(other.output.find("not expected: -x"), std::string::npos) << other.output;
}

TEST(rules_command, check_says_what_is_wrong_and_warns_of_metrics_that_nobody_has) {
  const temp_dir folder;
  write_file(folder / "samples.txt", "a 1 1\nbb_total 1 1\n# EOF\n");
  write_file(folder / "good.toml",
             "[[rule]]\nname = \"x\"\nexpr = 'a > 1 and on () rate(b_total[5m]) > 0'\n");
  write_file(folder / "bad.toml", "[[rule]]\nname = \"x\"\nexpr = 'rate(a)'\n");
  const std::string good = (folder / "good.toml").string();
  const finished_child fine =
      run_reeve({"rules", "check", good, "--samples", (folder / "samples.txt").string()});
  EXPECT_EQ(fine.exit_code, 0) << fine.output;
  EXPECT_NE(fine.output.find("good.toml:3:30: warning: rule x: nobody has the metric b_total\n"
                             "hint: did you mean bb_total?\n"),
            std::string::npos)
      << fine.output;
  EXPECT_NE(fine.output.find("no problems (1 rule)"), std::string::npos) << fine.output;
  const auto in_json = boost::json::parse(
      run_reeve({"rules", "check", good, "--samples", (folder / "samples.txt").string(), "--json"}).output);
  const auto& warning = in_json.at("warnings").at(0);
  EXPECT_EQ(warning.at("line"), 3);
  EXPECT_EQ(warning.at("column"), 30);
  EXPECT_EQ(warning.at("message"), "rule x: nobody has the metric b_total");
  EXPECT_EQ(warning.at("hint"), "did you mean bb_total?");
  const finished_child no_samples =
      run_reeve({"rules", "check", good, "--samples", (folder / "none.txt").string(), "--json"});
  EXPECT_EQ(no_samples.exit_code, 1);
  const auto failed = boost::json::parse(no_samples.output);
  EXPECT_EQ(failed.at("ok"), false);
  EXPECT_EQ(failed.at("problems").as_array().size(), 1u) << no_samples.output;
  const finished_child bad = run_reeve({"rules", "check", (folder / "bad.toml").string()});
  EXPECT_EQ(bad.exit_code, 3);
  EXPECT_NE(
      bad.output.find("bad.toml:3:14: error: rule.expr: rate takes a range, and this is a vector\n    expr = "
                      "'rate(a)'\n"),
      std::string::npos)
      << bad.output;
  EXPECT_EQ(boost::json::parse(run_reeve({"rules", "check", good, "--offline", "--json"}).output).at("ok"),
            true);
  EXPECT_EQ(run_reeve({"check-config", (folder / "bad.toml").string(), "--no-plugins"}).exit_code, 3);
}

// The block of docs/rules.md that begins with `first`, without the fences.
std::string block_of_guide(const std::string& first) {
  const std::string guide = read_file(std::filesystem::path(REEVE_SOURCE_DIR) / "docs" / "rules.md");
  const std::string fence = "```toml\n";
  const std::size_t begin = guide.find(fence + first);
  EXPECT_NE(begin, std::string::npos) << first;
  if (begin == std::string::npos) return {};
  const std::size_t text = begin + fence.size();
  return guide.substr(text, guide.find("```", text) - text);
}

TEST(rules_command, test_runs_the_example_of_the_guide) {
  const temp_dir folder;
  write_file(folder / "reeve.toml", cat(block_of_guide("[[rule]]\nname = \"leak\""),
                                        "[[process]]\nname = \"web\"\n", "command = \"/bin/true\"\n"));
  const std::string example = block_of_guide("config = ");
  write_file(folder / "test.toml", example);
  const std::string file = (folder / "test.toml").string();
  const finished_child good = run_reeve({"rules", "test", file});
  EXPECT_EQ(good.exit_code, 0) << good.output;
  EXPECT_NE(good.output.find("as expected, 1 time\n"), std::string::npos) << good.output;

  write_file(folder / "test.toml", cat(example, "[[expect]]\nat = \"4m\"\nrule = \"leak\"\nactions = []\n"
                                                "[[expect]]\nat = \"18m\"\nrule = \"leak\"\n"
                                                "[[expect]]\nat = \"40m\"\nrule = \"leak\"\n"));
  const finished_child bad = run_reeve({"rules", "test", file});
  EXPECT_EQ(bad.exit_code, 1) << bad.output;
  EXPECT_NE(bad.output.find("rule leak at 18m: it fires for {group=\"web\"} too, with the value 166666.66"),
            std::string::npos)
      << bad.output;
  EXPECT_EQ(bad.output.find("at 4m"), std::string::npos) << bad.output;
  EXPECT_EQ(bad.output.find("at 40m"), std::string::npos) << bad.output;

  write_file(folder / "test.toml", cat("values = 1\n", example));
  EXPECT_EQ(run_reeve({"rules", "test", file}).exit_code, 3);
  std::string quick = example;
  quick.replace(quick.find("1m"), 2, "1s");
  write_file(folder / "test.toml", cat(quick, "[[expect]]\nat = \"365d\"\nrule = \"leak\"\n"));
  const finished_child endless = run_reeve({"rules", "test", file});
  EXPECT_EQ(endless.exit_code, 3);
  EXPECT_NE(endless.output.find("it is more than 1000000 times the interval after the first sample"),
            std::string::npos)
      << endless.output;
}

TEST(rules_command, test_says_where_a_mistake_in_its_file_is) {
  const temp_dir folder;
  write_file(folder / "reeve.toml", "[[rule]]\nname = \"high\"\nexpr = 'x > 5'\n");
  const std::string series = "[[series]]\nseries = \"x\"\nvalues = \"9\"\n";
  const std::string expected = "[[expect]]\nat = \"1m\"\nrule = \"high\"\n";
  const std::pair<std::string, const char*> table[] = {
      {cat("config = \"\"\n", expected), "test.toml:1:10: error: config is empty\n"},
      {cat("config = \"nope.toml\"\n", expected), "test.toml:1:10: error: config: "},
      {cat("config = \"reeve.toml\"\n", series, "[[series]]\nseries = 'x{}'\nvalues = \"1\"\n", expected),
       "test.toml:6:10: error: series.series: x stands there twice\n"},
      {cat("config = \"reeve.toml\"\n", "[[expect]]\nat = \"1m\"\nrule = \"hihg\"\n"),
       "test.toml:4:8: error: expect.rule is \"hihg\", and the configuration has no rule of that name\n"}};
  for (const auto& [text, says] : table) {
    write_file(folder / "test.toml", text);
    const finished_child out = run_reeve({"rules", "test", (folder / "test.toml").string()});
    EXPECT_EQ(out.exit_code, 3) << text;
    EXPECT_NE(out.output.find(says), std::string::npos) << out.output;
    EXPECT_EQ(out.output.find("--config"), std::string::npos) << out.output;
  }
}

TEST(rules_command, test_expects_each_alert_once_and_values_that_are_no_numbers) {
  const temp_dir folder;
  write_file(folder / "reeve.toml", "[[rule]]\nname = \"odd\"\nexpr = 'x != 1'\n");
  const auto tried = [&](std::string_view values, std::string_view firing) {
    write_file(folder / "test.toml",
               cat("config = \"reeve.toml\"\n[[series]]\nseries = \"x\"\nvalues = \"", values,
                   "\"\n[[expect]]\nat = \"0s\"\nrule = \"odd\"\nfiring = [", firing, "]\n"));
    return run_reeve({"rules", "test", (folder / "test.toml").string()});
  };
  for (const auto& [values, value] :
       {std::pair("NaN", "nan"), std::pair("-Inf", "-inf"), std::pair("Inf", "+inf")}) {
    const finished_child out = tried(values, cat("{ value = ", value, " }"));
    EXPECT_EQ(out.exit_code, 0) << out.output;
  }
  EXPECT_EQ(tried("NaN", "{ value = 2 }").exit_code, 1);
  EXPECT_EQ(tried("2", "{ value = nan }").exit_code, 1);
  EXPECT_EQ(tried("2", "{}").exit_code, 0);
  const finished_child twice = tried("2", "{}, {}");
  EXPECT_EQ(twice.exit_code, 1);
  EXPECT_NE(twice.output.find("it does not fire for {} as often as it is expected"), std::string::npos)
      << twice.output;
}

TEST(rules_command, test_takes_the_next_step_only_while_the_condition_holds) {
  const temp_dir folder;
  write_file(folder / "reeve.toml", R"([[rule]]
name = "high"
expr = 'x > 5'
keep_firing_for = "5m"

[[rule.steps]]
action = "event"
settle = "0s"

[[rule.steps]]
action = "run"
command = ["/bin/true"]
settle = "10s"

[[rule.steps]]
action = "run"
command = ["/bin/false"]
)");
  const auto tried = [&](std::string_view values, std::string_view actions) {
    write_file(folder / "test.toml",
               cat("config = \"reeve.toml\"\n[[series]]\nseries = \"x\"\nvalues = \"", values,
                   "\"\n[[expect]]\nat = \"4m\"\nrule = \"high\"\nfiring = [{ labels = {} }]\nactions = [",
                   actions, "]\n"));
    const finished_child out = run_reeve({"rules", "test", (folder / "test.toml").string()});
    return out.exit_code == 0 ? std::string() : out.output;
  };
  EXPECT_EQ(tried("9 1x5", R"("event", "run")"), "");
  EXPECT_EQ(tried("9 1 9 1x5", R"("event", "run", "run")"), "");
  EXPECT_EQ(tried("1 1 1 1 9", R"("event", "run")"), "") << "one with each evaluation";
}

} // namespace
} // namespace reeve::test
