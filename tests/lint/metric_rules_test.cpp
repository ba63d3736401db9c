// SPDX-License-Identifier: Apache-2.0
// The rules find what they are for; metrics_reference_test asks them about running agents.
#include "metric_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::lint {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> problems_of(std::string_view text) {
  const auto e = test::parse_text_0_0_4(text);
  EXPECT_TRUE(e) << e.error().message;
  return e ? metric_problems(*e) : std::vector<std::string>{"unreadable"};
}

TEST(metric_rules, say_nothing_of_good_metrics) {
  EXPECT_THAT(problems_of("# HELP reeve_x_bytes_total What was written.\n# TYPE reeve_x_bytes_total counter\n"
                          "reeve_x_bytes_total{state=\"time_wait\"} 3\n"
                          "# HELP reeve_y_info Who it is.\n# TYPE reeve_y_info gauge\n"
                          "reeve_y_info{user=\"a b\"} 1\n"
                          "# HELP reeve_z_ratio How full.\n# TYPE reeve_z_ratio gauge\nreeve_z_ratio 0.5\n"
                          "# HELP windows_process_io_bytes Theirs\n# TYPE windows_process_io_bytes counter\n"
                          "windows_process_io_bytes{user=\"x\"} 1\n"),
              IsEmpty());
}

TEST(metric_rules, ask_for_help_and_type) {
  EXPECT_THAT(problems_of("reeve_x 1\n"), ElementsAre("reeve_x: has no type", "reeve_x: has no help"));
  EXPECT_THAT(problems_of("# HELP reeve_x The x\n# TYPE reeve_x gauge\nreeve_x 1\n"),
              ElementsAre("reeve_x: its help is no sentence"));
}

std::vector<std::string> of_gauge(const std::string& name, const std::string& rest = " 1") {
  return problems_of("# HELP " + name + " It.\n# TYPE " + name + " gauge\n" + name + rest + "\n");
}
std::vector<std::string> of_counter(const std::string& name, const std::string& rest = " 1") {
  return problems_of("# HELP " + name + " It.\n# TYPE " + name + " counter\n" + name + rest + "\n");
}

TEST(metric_rules, judge_names) {
  EXPECT_THAT(of_gauge("x"), ElementsAre("x: its name does not begin with reeve_"));
  EXPECT_THAT(of_gauge("reeve_aB"), ElementsAre("reeve_aB: its name is not in snake_case"));
  EXPECT_THAT(of_gauge("reeve_a__b"), ElementsAre("reeve_a__b: its name is not in snake_case"));
  EXPECT_THAT(of_counter("reeve_a"), ElementsAre("reeve_a: a counter's name ends in _total"));
  EXPECT_THAT(of_gauge("reeve_a_total"), ElementsAre("reeve_a_total: only a counter's name ends in _total"));
  EXPECT_THAT(of_gauge("reeve_a_ms"), ElementsAre("reeve_a_ms: \"ms\" is no base unit"));
  EXPECT_THAT(of_gauge("reeve_percent_used"), ElementsAre("reeve_percent_used: \"percent\" is no base unit"));
  EXPECT_THAT(of_gauge("reeve_counter_x"), ElementsAre("reeve_counter_x: \"counter\" is a type"));
  EXPECT_THAT(of_gauge("reeve_items"), IsEmpty()) << "ms is a word here, not a part of one";
}

TEST(metric_rules, judge_samples) {
  EXPECT_THAT(of_gauge("reeve_a_info", " 2"), ElementsAre("reeve_a_info, line 3: an _info series is 1"));
  EXPECT_THAT(of_gauge("reeve_a_ratio", " 1.5"),
              ElementsAre("reeve_a_ratio, line 3: a ratio is from 0 to 1"));
  EXPECT_THAT(of_counter("reeve_a_total", " -1"),
              ElementsAre("reeve_a_total, line 3: a counter is not negative"));
  EXPECT_THAT(of_gauge("reeve_a", "{aB=\"\"} 1"),
              ElementsAre("reeve_a, line 3: label aB is not in snake_case"));
  EXPECT_THAT(of_gauge("reeve_a", "{user=\"root\"} 1"),
              ElementsAre("reeve_a, line 3: label user belongs on an _info series"));
  EXPECT_THAT(of_gauge("reeve_a", "{state=\"LISTEN\"} 1"),
              ElementsAre("reeve_a, line 3: state \"LISTEN\" is not in lower case"));
  EXPECT_THAT(of_gauge("reeve_a", "{path=\"" + std::string(257, 'x') + "\"} 1"),
              ElementsAre("reeve_a, line 3: the value of label path is longer than 256 bytes"));
}

} // namespace
} // namespace reeve::lint
