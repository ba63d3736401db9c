// SPDX-License-Identifier: Apache-2.0
#include "reeve/rules/sample_text.hpp"

#include "rules_support.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <string>
#include <vector>

namespace reeve::rules {
namespace {

std::string mistake(std::string_view text) {
  const auto read = read_samples(text);
  return read ? "none" : read.error().message;
}

TEST(sample_text, reads_names_labels_values_and_times) {
  const auto read = read_samples("# TYPE a gauge\n"
                                 "a 1 2\n"
                                 "a:b_total{x=\"1\",y=\"a \\\"b\\\" \\\\ \\n\"} -1.5e3 3.5 # {id=\"7\"} 1 2\n"
                                 "c{} NaN 4\n"
                                 "d +Inf 5\n"
                                 "# EOF\n");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 4u);
  EXPECT_EQ((*read)[0].labels->text(), "a");
  EXPECT_EQ((*read)[0].at.time_ms, 2000);
  EXPECT_EQ((*read)[1].labels->text(), "a:b_total{x=\"1\", y=\"a \\\"b\\\" \\\\ \\n\"}");
  EXPECT_EQ((*read)[1].at.time_ms, 3500);
  EXPECT_EQ((*read)[1].at.value, -1500);
  EXPECT_TRUE(std::isnan((*read)[2].at.value));
  EXPECT_TRUE(std::isinf((*read)[3].at.value));
}

TEST(sample_text, mistakes_are_said_with_their_line) {
  static constexpr struct {
    std::string_view text, says;
  } table[] = {
      {"", "the last line is not # EOF: the file may be cut short"},
      {"a 1 2\n", "the last line is not # EOF: the file may be cut short"},
      {"# EOF\na 1 2\n", "line 2: there is something after # EOF"},
      {"a 1 2\n1a 1 2\n# EOF\n", "line 2: a metric's name is missing"},
      {"\n# EOF\n", "line 1: a metric's name is missing"},
      {"a\n# EOF\n", "line 1: a blank is missing before the value"},
      {"a x 2\n# EOF\n", "line 1: the value is no number"},
      {"a 1\n# EOF\n", "line 1: the time is missing"},
      {"a 1 x\n# EOF\n", "line 1: the time is no number of seconds"},
      {"a 1 1e300\n# EOF\n", "line 1: the time is no number of seconds"},
      {"a 1 2 3\n# EOF\n", "line 1: there is something after the time"},
      {"a{ 1 2\n# EOF\n", "line 1: a label's name is missing"},
      {"a{x} 1 2\n# EOF\n", "line 1: =\" is missing after x"},
      {"a{x=1} 1 2\n# EOF\n", "line 1: =\" is missing after x"},
      {"a{x=\"1} 1 2\n# EOF\n", "line 1: the value of x has no end"},
      {"a{x=\"1\" y=\"2\"} 1 2\n# EOF\n", "line 1: a comma or } is missing after a label"},
      {"a{x=\"1\"\n# EOF\n", "line 1: a comma or } is missing after a label"},
      {"a -NaN 2\n# EOF\n", "line 1: the value is no number"},
      {"a +NaN 2\n# EOF\n", "line 1: the value is no number"},
      {"a nan(5) 2\n# EOF\n", "line 1: the value is no number"},
      {"a +-5 2\n# EOF\n", "line 1: the value is no number"},
      {"a 1e400 2\n# EOF\n", "line 1: the value is no number"},
      {"a 1 2 # junk\n# EOF\n", "line 1: there is something after the time"},
      {"a 1 2 # {} 1\n# EOF\n", "line 1: only counters and buckets have exemplars"},
      {"a_total 1 2 # {}\n# EOF\n", "line 1: its exemplar: the value is no number"},
      {"# comment\n# EOF\n", "line 1: a comment is # HELP, # TYPE or # UNIT with a metric, or # EOF"},
      {"a 1 2\n#EOF\n", "line 2: a comment is # HELP, # TYPE or # UNIT with a metric, or # EOF"},
      {"a{x=\"1\",} 1 2\n# EOF\n", "line 1: a label's name is missing"},
      {"a{__name__=\"b\"} 1 2\n# EOF\n", "line 1: the label __name__ is the metric's name already"},
      {"a{x=\"\xff\"} 1 2\n# EOF\n", "line 1: it is no UTF-8"},
      {"a{x=\"1\",x=\"2\"} 1 2\n# EOF\n", "line 1: the label x stands there twice"}};
  for (const auto& [text, says] : table)
    EXPECT_EQ(mistake(text), says) << text;
}

TEST(sample_text, times_are_cut_off_to_milliseconds) {
  const auto read = read_samples("a 0 1767225676.974747\na 0 1767225676.974\na 1e-400 0.0009\n# EOF\n");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ((*read)[0].at.time_ms, 1'767'225'676'974);
  EXPECT_EQ((*read)[1].at.time_ms, 1'767'225'676'974);
  EXPECT_EQ((*read)[2].at.time_ms, 0);
  EXPECT_EQ((*read)[2].at.value, 0);
}

TEST(sample_text, loads_what_is_selected_and_leaves_out_what_is_late) {
  memory_limits limits;
  limits.forgets = false;
  series_memory memory(limits);
  const auto a = memory.select(test::selected_by("a"));
  load_samples(
      read_samples("a 3 30\nb 1 10\na 1 10\na 7 30\na 4 40\na 5 7210\na 2 20\na 6 7200\n# EOF\n").value(),
      memory);
  ASSERT_EQ(memory.selected(a).size(), 1u);
  EXPECT_EQ(memory.use().series, 1u);
  EXPECT_EQ(memory.use().points, 3u);
  EXPECT_EQ(memory.selected(a)[0]->latest(30'000)->value, 3);
  EXPECT_EQ(memory.selected(a)[0]->latest(20'000), nullptr);
  EXPECT_EQ(memory.selected(a)[0]->latest(7'210'000)->value, 5);
}

TEST(sample_text, blocks_of_two_hours_may_come_in_any_order) {
  series_memory memory(memory_limits{.forgets = false});
  const auto a = memory.select(test::selected_by("a"));
  load_samples(read_samples("a 3 7200\na 1 7199\na 0 7190\na 2 -1\n# EOF\n").value(), memory);
  EXPECT_EQ(memory.use().points, 3u);
  EXPECT_EQ(memory.selected(a)[0]->latest(-1000)->value, 2);
  EXPECT_EQ(memory.selected(a)[0]->latest(7'199'000)->value, 1);
}

TEST(sample_text, series_come_in_the_order_of_their_labels) {
  series_memory memory(memory_limits{.forgets = false});
  const auto a = memory.select(test::selected_by("a"));
  load_samples(
      read_samples("a{k=\"z\"} 1 1\na 1 3\na{k=\"b\",l=\"1\"} 1 1\na{K=\"c\"} 1 2\na{k=\"b\"} 1 1\n# EOF\n")
          .value(),
      memory);
  std::vector<std::string> texts;
  for (const series* const s : memory.selected(a))
    texts.push_back(s->labels().text());
  EXPECT_THAT(texts,
              ::testing::ElementsAre("a{K=\"c\"}", "a", "a{k=\"b\"}", "a{k=\"b\", l=\"1\"}", "a{k=\"z\"}"));
}

} // namespace
} // namespace reeve::rules
