// SPDX-License-Identifier: Apache-2.0
// Every panel's and every alert's expression, asked of a real Prometheus that has scraped an agent under load. Who
// returns nothing fails.
#include "tests/dashboards/dashboard_files.hpp"
#include "tests/integration/agent_under_load.hpp"
#include "tests/integration/prometheus_server.hpp"
#include "tests/support/wait_until.hpp"

#include "reeve/base/strings.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <ctime>
#include <regex>
#include <set>

namespace reeve::test {
namespace {

namespace json = boost::json;
using std::chrono::seconds;

constexpr int scrapes_wanted = 15;
constexpr seconds data_bound{60};
constexpr milliseconds query_step{500};

// With these set the test runs for so long and leaves what tests/dashboards/render.py draws.
int seconds_of_data() {
  const char* text = std::getenv("REEVE_DASHBOARD_SECONDS");
  return text ? std::atoi(text) : 0;
}
const char* data_file() {
  return std::getenv("REEVE_DASHBOARD_DATA");
}

struct question {
  std::string where, expression;
};

// Grafana escapes what it puts into a regular expression.
std::string escaped(const std::string& value) {
  static const std::regex special(R"([.\\+*?()|\[\]{}^$])");
  return std::regex_replace(value, special, R"(\\$&)");
}

// How Grafana fills a dashboard's variables with everything chosen.
std::map<std::string, std::string> variables_of(const dashboard& board, const prometheus_server& server) {
  // A range of one minute at a scrape interval of 1 s: one step a second, and $__rate_interval is the bigger of
  // $__interval + scrape interval and four scrape intervals.
  std::map<std::string, std::string> out{
      {"__interval", "1s"}, {"__rate_interval", "4s"}, {"__range", "60s"}, {"datasource", "prometheus"}};
  static const std::regex label_values(R"(label_values\((.*), (\w+)\))");
  for (const json::value& variable : board.document.at_pointer("/templating/list").as_array()) {
    const std::string name(variable.at("name").as_string());
    if (variable.at("type") == "custom")
      out[name] = std::string(variable.at_pointer("/current/value").as_string());
    if (variable.at("type") != "query") continue;
    const std::string definition = with_variables(variable.at_pointer("/query/query").as_string(), out);
    std::smatch parts;
    if (!std::regex_match(definition, parts, label_values)) {
      ADD_FAILURE() << board.name << ": " << definition << " is not understood";
      continue;
    }
    const auto found = server.query("count by (" + parts[2].str() + ") (" + parts[1].str() + ")");
    if (!found || found->empty()) continue; // asked again later, and then its panels fail
    std::string all;
    for (const auto& series : *found)
      all += (all.empty() ? "" : "|") + escaped(series.labels.at(parts[2]));
    if (found->size() > 1) all = "(" + all + ")";
    const json::value* all_value = variable.as_object().if_contains("allValue");
    out[name] = all_value ? std::string(all_value->as_string()) : all;
  }
  return out;
}

std::vector<question> questions_of_panels(const prometheus_server& server) {
  std::vector<question> out;
  for (const dashboard& board : shipped_dashboards()) {
    const auto variables = variables_of(board, server);
    for (const json::object& panel : panels_of(board))
      for (const std::string& expression : expressions_of(panel))
        out.push_back({cat(board.name, ": ", std::string_view(panel.at("title").as_string())),
                       with_variables(expression, variables)});
  }
  return out;
}

// "a > 1 and b == 0" keeps its series with "bool" behind each comparison, whatever the outcome.
std::string without_comparison(const std::string& expression) {
  static const std::regex comparison(R"( (==|!=|>=|<=|>|<) )");
  return std::regex_replace(expression, comparison, " $1 bool ");
}

std::vector<question> questions_of_annotations(const prometheus_server& server) {
  std::vector<question> out;
  for (const dashboard& board : shipped_dashboards()) {
    const auto variables = variables_of(board, server);
    for (const json::object& annotation : annotations_of(board))
      out.push_back({cat(board.name, ": ", std::string_view(annotation.at("name").as_string())),
                     without_comparison(with_variables(annotation.at("expr").as_string(), variables))});
  }
  return out;
}

std::vector<question> questions_of_rules(const prometheus_server& server) {
  const auto body = server.api("rules");
  EXPECT_TRUE(body) << body.error().message;
  std::vector<question> out;
  if (!body) return out;
  const json::value document = json::parse(*body);
  for (const json::value& group : document.at_pointer("/data/groups").as_array())
    for (const json::value& rule : group.at("rules").as_array())
      out.push_back({std::string(rule.at("name").as_string()),
                     without_comparison(std::string(rule.at("query").as_string()))});
  return out;
}

// What is wrong with the answer to it; empty when nothing is.
std::string complaint(const prometheus_server& server, const question& q) {
  const auto found = server.query(q.expression);
  if (!found) return cat(q.where, ": ", found.error().message);
  for (const auto& series : *found)
    if (!std::isnan(series.value)) return {};
  return cat(q.where, ": ", found->empty() ? "nothing" : "nothing but NaN", " for ", q.expression);
}

class dashboards : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(prometheus_program))
      GTEST_SKIP() << prometheus_program << " is not installed (Debian's package prometheus)";
    auto load = agent_under_load::start(seconds(seconds_of_data() + 600));
    ASSERT_TRUE(load) << load.error().message;
    load_ = *std::move(load);
    auto server = prometheus_server::start(load_->agent().port(), 1, rules_folder());
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }

  // Asks until everything is answered or the bound has passed; what is not is asked again.
  template <class Questions>
  void expect_answers(const Questions& questions, std::size_t at_least) {
    std::vector<std::string> complaints;
    std::size_t asked = 0;
    wait_until(
        [&] {
          load_->read_log();
          complaints.clear();
          const std::vector<question> all = questions(*server_);
          asked = all.size();
          for (const question& q : all)
            if (const std::string wrong = complaint(*server_, q); !wrong.empty()) complaints.push_back(wrong);
          return complaints.empty();
        },
        data_bound, query_step);
    EXPECT_GE(asked, at_least);
    for (const std::string& wrong : complaints)
      ADD_FAILURE() << wrong;
    std::printf("%zu expressions, %zu without data\n", asked, complaints.size());
  }

  void leave_data(const std::filesystem::path& file);

  std::unique_ptr<agent_under_load> load_;
  std::unique_ptr<prometheus_server> server_;
};

// Each panel's answers: a series of points where it shows time, one point where it does not.
void dashboards::leave_data(const std::filesystem::path& file) {
  const std::int64_t end = std::time(nullptr), start = end - std::max(60, seconds_of_data());
  const std::string step = cat(std::max<std::int64_t>(1, (end - start) / 150));
  json::object out;
  for (const dashboard& board : shipped_dashboards()) {
    auto variables = variables_of(board, *server_);
    variables["__rate_interval"] = "15s";
    variables["__range"] = cat(end - start, "s");
    json::object& panels = out[board.name].emplace_object();
    for (const json::object& panel : panels_of(board)) {
      json::array& answers = panels[std::to_string(panel.at("id").as_int64())].emplace_array();
      for (const json::value& target : panel.at("targets").as_array()) {
        const std::string expression = with_variables(target.at("expr").as_string(), variables);
        const auto body =
            target.at("range") == true
                ? server_->api(
                      "query_range",
                      {{"query", expression}, {"start", cat(start)}, {"end", cat(end)}, {"step", step}})
                : server_->api("query", {{"query", expression}});
        ASSERT_TRUE(body) << body.error().message;
        answers.push_back(json::parse(*body).at_pointer("/data/result"));
      }
    }
  }
  write_file(file, json::serialize(out));
}

TEST_F(dashboards, every_panel_and_every_rule_has_data) {
  const int wanted = std::max(scrapes_wanted, seconds_of_data());
  ASSERT_TRUE(wait_until(
      [&] {
        load_->read_log();
        return server_->value("count_over_time(up{job=\"reeve\"}[2h])").value_or(0) >= wanted;
      },
      2 * seconds(wanted) + long_bound, query_step));
  expect_answers(questions_of_panels, 120);
  expect_answers(questions_of_annotations, 3);
  expect_answers(questions_of_rules, 30);
  if (data_file()) {
    ASSERT_NO_FATAL_FAILURE(leave_data(data_file()));
  }
}

// A port that nobody holds must be told, and one that is held as declared must not.
TEST_F(dashboards, the_alert_of_a_port_that_is_gone_names_it) {
  const std::string alert = "ALERTS{alertname=\"ReevePortNotAsDeclared\"}";
  ASSERT_TRUE(wait_until(
      [&] {
        const auto found = server_->query(alert);
        return found && !found->empty();
      },
      data_bound, query_step));
  const auto found = server_->query(alert);
  ASSERT_TRUE(found && found->size() == 1);
  EXPECT_EQ(found->front().labels.at("port"), cat(agent_under_load::missing_port));
  EXPECT_EQ(found->front().labels.at("severity"), "critical");
}

TEST_F(dashboards, an_expression_without_data_is_noticed) {
  ASSERT_TRUE(wait_until(
      [&] {
        return complaint(*server_, {"up", "up{job=\"reeve\"}"}).empty();
      },
      data_bound, query_step));
  for (const char* expression : {"reeve_no_such_metric", "up{job=\"other\"}", "up * 0 / 0", "up{"})
    EXPECT_NE(complaint(*server_, {"panel", expression}), "") << expression;
}

TEST(alert_expressions, lose_their_comparison_only) {
  EXPECT_EQ(without_comparison(R"(sum(a{b!="c",d=~"e"}) / f > 0.8 and on (g) h == 1)"),
            R"(sum(a{b!="c",d=~"e"}) / f > bool 0.8 and on (g) h == bool 1)");
}

} // namespace
} // namespace reeve::test
