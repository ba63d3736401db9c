// SPDX-License-Identifier: Apache-2.0
// What every shipped dashboard keeps to, and what can be said of it without a server.
#include "tests/dashboards/dashboard_files.hpp"
#include "tests/lint/markdown.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace reeve::test {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

std::string text(const json::value& v) {
  return std::string(v.as_string());
}

// Grafana's current schema of this kind; tests/dashboards/types compares the rest with the published types.
TEST(dashboards, have_an_identity_and_the_current_schema) {
  const auto boards = shipped_dashboards();
  EXPECT_GE(boards.size(), 5u);
  for (const dashboard& board : boards) {
    EXPECT_EQ(text(board.document.at("uid")), board.name);
    EXPECT_THAT(text(board.document.at("title")), testing::StartsWith("Reeve: "));
    EXPECT_NE(text(board.document.at("description")), "");
    EXPECT_EQ(board.document.at("schemaVersion"), 42);
    EXPECT_EQ(board.document.at("tags"), json::value({"reeve"})); // the links between them go by it
    EXPECT_FALSE(board.document.as_object().contains("id")) << "an id belongs to one Grafana's database";
  }
}

TEST(dashboards, choose_data_source_job_and_instance) {
  for (const dashboard& board : shipped_dashboards()) {
    std::vector<std::string> names;
    for (const json::value& variable : board.document.at_pointer("/templating/list").as_array()) {
      names.push_back(text(variable.at("name")));
      if (variable.at("type") == "query") {
        EXPECT_EQ(variable.at_pointer("/datasource/uid"), "${datasource}");
        EXPECT_EQ(variable.at("refresh"), 2) << "must follow the time range";
      }
    }
    ASSERT_GE(names.size(), 3u) << board.name;
    names.resize(3);
    EXPECT_EQ(names, (std::vector<std::string>{"datasource", "job", "instance"})) << board.name;
  }
}

TEST(dashboards, say_of_every_panel_what_it_is_in_which_unit_and_when_it_is_bad) {
  for (const dashboard& board : shipped_dashboards())
    for (const json::object& panel : panels_of(board)) {
      SCOPED_TRACE(board.name + ": " + text(panel.at("title")));
      EXPECT_NE(text(panel.at("description")), "");
      EXPECT_EQ(panel.at("datasource").at("uid"), "${datasource}");
      const json::value& defaults = panel.at("fieldConfig").at("defaults");
      EXPECT_NE(text(defaults.at("unit")), "");
      const json::array& steps = defaults.at_pointer("/thresholds/steps").as_array();
      ASSERT_FALSE(steps.empty());
      EXPECT_TRUE(steps.front().at("value").is_null());
      ASSERT_FALSE(panel.at("targets").as_array().empty());
      for (const json::value& target : panel.at("targets").as_array())
        EXPECT_EQ(target.at_pointer("/datasource/uid"), "${datasource}");
    }
}

TEST(dashboards, say_of_every_annotation_what_it_marks) {
  int count = 0;
  for (const dashboard& board : shipped_dashboards())
    for (const json::object& annotation : annotations_of(board)) {
      SCOPED_TRACE(board.name + ": " + text(annotation.at("name")));
      EXPECT_EQ(annotation.at("datasource").at("uid"), "${datasource}");
      EXPECT_NE(text(annotation.at("titleFormat")), "");
      EXPECT_NE(text(annotation.at("iconColor")), "");
      ++count;
    }
  EXPECT_GE(count, 3);
}

TEST(dashboards, have_no_name_of_any_installation) {
  const std::regex matcher(R"re((\w+)(=~?|!=|!~)"([^"]*)")re");
  const std::set<std::string> open{"job", "instance", "group", "name", "plugin", "port", "endpoint", "pid"};
  for (const dashboard& board : shipped_dashboards())
    for (const std::string& expression : expressions_of(board)) {
      SCOPED_TRACE(board.name + ": " + expression);
      const auto selectors = selectors_in(expression);
      EXPECT_FALSE(selectors.empty());
      for (const selector& s : selectors) {
        EXPECT_THAT(s.matchers, HasSubstr(R"(job=~"$job",instance=~"$instance")")) << s.metric;
        for (auto at = std::sregex_iterator(s.matchers.begin(), s.matchers.end(), matcher);
             at != std::sregex_iterator(); ++at)
          if (open.contains((*at)[1])) {
            EXPECT_EQ((*at)[3].str().substr(0, 1), "$") << (*at)[0];
          }
      }
    }
}

// A histogram is documented by its own name.
std::string without_bucket(std::string name) {
  constexpr std::string_view suffix = "_bucket";
  if (name.ends_with(suffix)) name.resize(name.size() - suffix.size());
  return name;
}

TEST(dashboards, use_documented_metrics) {
  std::set<std::string> documented{"up", "scrape_duration_seconds", "scrape_samples_scraped", "ALERTS"};
  for (const std::string& name : lint::code_in(lint::text_of_file("docs/metrics.md")))
    documented.insert(name);
  int count = 0;
  for (const dashboard& board : shipped_dashboards())
    for (const std::string& expression : expressions_of(board))
      for (const selector& s : selectors_in(expression)) {
        EXPECT_TRUE(documented.contains(without_bucket(s.metric))) << board.name << ": " << s.metric;
        ++count;
      }
  EXPECT_GT(count, 100);
}

TEST(dashboards, lay_their_panels_side_by_side) {
  for (const dashboard& board : shipped_dashboards()) {
    std::set<std::int64_t> ids;
    std::set<std::pair<std::int64_t, std::int64_t>> taken;
    for (const json::value& panel : board.document.at("panels").as_array()) {
      EXPECT_TRUE(ids.insert(panel.at("id").as_int64()).second) << board.name << ": " << panel.at("id");
      const auto of = [&](const char* key) { return panel.at("gridPos").at(key).as_int64(); };
      EXPECT_LE(of("x") + of("w"), 24);
      for (auto x = of("x"); x < of("x") + of("w"); ++x)
        for (auto y = of("y"); y < of("y") + of("h"); ++y)
          EXPECT_TRUE(taken.emplace(x, y).second)
              << board.name << ": " << panel.at("title") << " covers another";
    }
  }
}

TEST(dashboard_files, find_metrics_and_replace_variables) {
  const auto found = selectors_in(
      R"(sum by (up) (rate(reeve_a_total{job=~"$job"}[5m])) / instance:reeve_b:rate5m > process_c)");
  std::vector<std::string> names;
  for (const selector& s : found)
    names.push_back(s.metric);
  EXPECT_EQ(names, (std::vector<std::string>{"up", "reeve_a_total", "instance:reeve_b:rate5m", "process_c"}));
  EXPECT_EQ(found[1].matchers, R"(job=~"$job")");
  EXPECT_EQ(with_variables("a{b=~\"$b\"}[${c}] ${d:raw} $e$", {{"b", "x|y"}, {"c", "5m"}, {"d", "z"}}),
            "a{b=~\"x|y\"}[5m] z $e$");
}

} // namespace
} // namespace reeve::test
