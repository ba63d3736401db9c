// SPDX-License-Identifier: Apache-2.0
// The shipped rules as promtool judges them.
#include "tests/dashboards/dashboard_files.hpp"
#include "tests/lint/markdown.hpp"
#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>

namespace reeve::test {
namespace {

constexpr const char* promtool = "/usr/bin/promtool";

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> out;
  for (const auto& file : std::filesystem::directory_iterator(folder))
    if (file.path().extension() == ".yml") out.push_back(file.path());
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::vector<std::string> out;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    out.push_back(line);
  return out;
}

// What follows "KEY: " on a line, a list's dash before it or not.
std::optional<std::string> value_of(const std::string& line, const std::string& key) {
  const auto begin = line.find_first_not_of(" -");
  if (begin == std::string::npos || line.compare(begin, key.size() + 1, key + ":") != 0) return std::nullopt;
  const auto value = line.find_first_not_of(' ', begin + key.size() + 1);
  return value == std::string::npos ? "" : line.substr(value);
}

std::set<std::string> alert_names() {
  std::set<std::string> out;
  for (const auto& file : files_in(rules_folder()))
    for (const std::string& line : lines_of(file))
      if (const auto name = value_of(line, "alert")) {
        EXPECT_TRUE(out.insert(*name).second) << *name << " is there twice";
      }
  return out;
}

void expect_promtool_agrees(std::vector<std::string> arguments,
                            const std::vector<std::filesystem::path>& files) {
  if (!std::filesystem::exists(promtool))
    GTEST_SKIP() << promtool << " is not installed (Debian's package prometheus)";
  const temp_dir folder;
  child_options how;
  how.program = promtool;
  how.arguments = std::move(arguments);
  for (const auto& file : files)
    how.arguments.push_back(file.string());
  how.output_file = folder / "output";
  const auto judged = run(how, long_bound);
  ASSERT_TRUE(judged) << judged.error().message;
  EXPECT_EQ(judged->exit_code, 0) << judged->output;
}

TEST(rules, are_valid) {
  expect_promtool_agrees({"check", "rules"}, files_in(rules_folder()));
}

TEST(rules, pass_their_tests) {
  expect_promtool_agrees({"test", "rules"}, files_in(rules_folder() / "tests"));
}

// promtool sorts the groups by their place in this list, and one that is not in it has the same place as the first.
TEST(rules, are_tested_in_the_order_of_their_groups) {
  std::map<std::string, std::string> groups; // of each file, with a comma before each
  for (const auto& file : files_in(rules_folder()))
    for (const std::string& line : lines_of(file))
      if (line.starts_with("  - name: ")) groups[file.filename().string()] += ", " + *value_of(line, "name");
  for (const auto& file : files_in(rules_folder() / "tests")) {
    std::string files, order, expected;
    for (const std::string& line : lines_of(file)) {
      if (const auto value = value_of(line, "rule_files")) files = *value;
      if (const auto value = value_of(line, "group_eval_order")) order = *value;
    }
    for (const char* name : {"reeve-records.yml", "reeve-alerts.yml"})
      if (files.find(name) != std::string::npos) expected += groups[name];
    ASSERT_GT(expected.size(), 2u) << file;
    EXPECT_EQ(order, "[" + expected.substr(2) + "]") << file;
  }
}

TEST(rules, have_a_firing_and_a_silent_case_for_each_alert) {
  std::set<std::string> fires, is_silent;
  for (const auto& file : files_in(rules_folder() / "tests")) {
    std::string alert;
    for (const std::string& line : lines_of(file)) {
      if (const auto name = value_of(line, "alertname")) alert = *name;
      if (const auto expected = value_of(line, "exp_alerts"))
        (*expected == "[]" ? is_silent : fires).insert(alert);
    }
  }
  const std::set<std::string> alerts = alert_names();
  EXPECT_GT(alerts.size(), 20u);
  EXPECT_EQ(fires, alerts);
  EXPECT_EQ(is_silent, alerts);
}

TEST(rules, say_what_is_wrong_where_and_how_bad_it_is) {
  for (const auto& file : files_in(rules_folder())) {
    const std::string text = read_file(file);
    for (auto at = text.find("- alert: "); at != std::string::npos;) {
      const auto next = text.find("- alert: ", at + 1);
      const std::string rule = text.substr(at, next - at);
      SCOPED_TRACE(rule.substr(0, rule.find('\n')));
      EXPECT_TRUE(std::regex_search(rule, std::regex(R"(labels: \{severity: (info|warning|critical)\})")));
      EXPECT_TRUE(std::regex_search(rule, std::regex(R"(\n +summary: '.*\$labels\.instance)")));
      const auto description = rule.find("description: >-\n");
      ASSERT_NE(description, std::string::npos);
      for (const char* label : {"$labels.instance", "$labels.job"})
        EXPECT_NE(rule.find(label, description), std::string::npos) << label;
      at = next;
    }
  }
}

TEST(rules, use_documented_metrics) {
  std::set<std::string> known{"up"};
  for (const std::string& name : lint::code_in(lint::text_of_file("docs/metrics.md")))
    known.insert(name);
  for (const auto& file : files_in(rules_folder()))
    for (const std::string& line : lines_of(file))
      if (const auto name = value_of(line, "record")) known.insert(*name);
  int count = 0;
  for (const auto& file : files_in(rules_folder()))
    for (const std::string& line : lines_of(file))
      if (const auto expression = value_of(line, "expr"))
        for (const selector& s : selectors_in(*expression)) {
          EXPECT_TRUE(known.contains(s.metric)) << file << ": " << s.metric;
          ++count;
        }
  EXPECT_GT(count, 20);
}

} // namespace
} // namespace reeve::test
