// SPDX-License-Identifier: Apache-2.0
// What is said of expressions that are none. What expressions mean is compared with Prometheus in tests/integration/promql.
#include "rules_support.hpp"

#include <gmock/gmock.h>

namespace reeve::rules {
namespace {

std::string mistake(std::string_view text) {
  const auto out = parse_expression(text);
  return out ? "none" : describe(out.error(), text);
}

TEST(parser, mistakes_are_said_with_place_and_hint) {
  static constexpr struct {
    std::string_view text, says;
  } table[] = {
      {"", "1:1: the expression ends where a value should stand"},
      {"up >", "1:5: the expression ends where a value should stand"},
      {"up > 1 1", "1:8: unexpected \"1\""},
      {"(up", "1:4: expected \")\" at the end of the parentheses, not the end"},
      {"up)", "1:3: unexpected \")\""},
      {"\"up\"", "1:1: a string is no value here"},
      {"5m", "1:1: a duration is no value here (write seconds as a number)"},
      {"up > 5q", "1:6: \"5q\" is neither a number nor a duration (a duration is written 90s, 5m or 1h30m, "
                  "units from the largest down, and is at most 292y)"},
      {"up offset 0s", "1:11: an offset must be longer than nothing"},
      {"up{a=\"\\xff\"}", "1:6: the string is no valid UTF-8 (no label has such a value)"},
      {"stddev by (a) (up)", "1:1: there is no aggregation stddev in the subset (of the aggregations there "
                             "are sum, min, max, avg, count, group, topk and bottomk)"},
      {"sort(up)",
       "1:1: there is no function sort in the subset (leave it out: the order of a rule's samples "
       "is of no account)"},
      {"stddev_over_time(up[5m])",
       "1:1: there is no function stddev_over_time in the subset (use max_over_time, "
       "min_over_time or avg_over_time)"},
      {"up ? 1", "1:4: unexpected character \"?\""},
      {"up[5m]",
       "1:1: a range alone is no value of one moment (put a function around it, as in rate(NAME[5m]))"},
      {"rate(up)",
       "1:6: rate takes a range, and this is a vector (give the selector a range, as in NAME[5m])"},
      {"abs(up[5m])", "1:5: abs takes a vector, and this is a range (put a function around the range, as in "
                      "rate(NAME[5m]))"},
      {"rate(up[5m]", "1:12: expected \")\" after the arguments, not the end"},
      {"rate(up[0s])", "1:9: a range must be longer than nothing"},
      {"rate(up[5])", "1:9: expected a duration, not \"5\" (as in [5m])"},
      {"rate((up)[5m])", "1:10: a range goes with a selector alone (as in rate(NAME[5m]))"},
      {"rate(up[5m][5m])", "1:12: there is a range already"},
      {"max_over_time(up[5m:1m])",
       "1:20: subqueries are not in the subset (take the range of a metric, and have for or times ask how "
       "long something holds)"},
      {"up @ 5", "1:4: @ is not in the subset: rules look at the present (use offset)"},
      {"up offset 5", "1:11: expected a duration, not \"5\" (as in offset 5m)"},
      {"(up) offset 5m", "1:6: offset goes with a selector alone (as in NAME offset 5m)"},
      {"up offset 5m offset 5m", "1:14: there is an offset already"},
      {"a * on (x) group_left b",
       "1:12: group_left: many samples to one are not in the subset (bring the side of many down to one each "
       "first, as in max by (LABEL) (...))"},
      {"a + bool b", "1:5: bool goes with comparisons alone"},
      {"1 > 2", "1:3: two numbers are compared with bool alone (write > bool)"},
      {"up and 1", "1:4: and goes between vectors alone (vector() makes one of a number)"},
      {"up + on (a) 1", "1:4: on and ignoring go between vectors alone"},
      {"rat(up[5m])", "1:1: there is no function rat in the subset (did you mean rate?)"},
      {"histogram_quantile(0.9, up)", "1:1: there is no function histogram_quantile in the subset (compare "
                                      "the rate of a bucket with the rate of the count)"},
      {"clamp(up, 1)", "1:1: clamp takes 3 arguments, and there are 2"},
      {"topk(up)", "1:1: topk takes a number and a vector, and there is 1"},
      {"topk(up, up)", "1:6: the number of topk takes a number, and this is a vector (scalar() makes a "
                       "number of a vector of one)"},
      {"sum by (1) (up)", "1:9: expected a label's name, not \"1\""},
      {"sum by a (up)", "1:8: expected \"(\" before the labels, not \"a\""},
      {"sum by (without) (up)", "1:9: expected a label's name, not \"without\""},
      {"rate(up[#c\n5m])", "1:9: a comment cannot stand before the duration"},
      {"up \x1b", "1:4: unexpected character \"\\x1b\""},
      {"a atan2 b", "1:3: atan2 is not in the subset"},
      {"summ(up)", "1:1: there is no function summ in the subset (did you mean sum?)"},
      {"{}", "1:1: the selector takes every series there is (name a metric, or a label with a value)"},
      {"{a=~\".*\"}",
       "1:1: the selector takes every series there is (name a metric, or a label with a value)"},
      {"up{a}", "1:5: expected =, !=, =~ or !~ after a, not \"}\""},
      {"up{a=b}", "1:6: expected a string, not \"b\" (quote the value)"},
      {"up{a=\"b\" c=\"d\"}", "1:10: expected \",\" between matchers, not \"c\""},
      {"up{__name__=\"down\"}", "1:4: the metric's name is given twice"},
      {"up{a=\"b}", "1:6: the string has no end (close it with \")"},
      {"up{a=\"\\q\"}", "1:8: unknown escape in a string (a backslash itself is written \\\\)"},
      {"up{a=~\"a\\\\C\"}", "1:7: regular expression: invalid escape sequence: \\C (the dialect is RE2's: no "
                            "look-around, no references back)"},
      {"up{a=~\"\\\\Qa.b\"}",
       "1:7: regular expression: \\Q has no \\E (the dialect is RE2's: no look-around, no "
       "references back)"},
      {"up{a=~\"[(]\\\\Q(\\\\E(b)\"}", "none"},
      {"up{a=\"\xEF\xBF\xBD\"}",
       "1:6: the string has U+FFFD in it, which stands for what was no valid UTF-8 (write \\ufffd for it)"},
      {"up{a=~\"(?=b)\"}", "1:7: regular expression: invalid perl operator: (?= (the dialect is RE2's: no "
                           "look-around, no references "
                           "back)"},
      {"up\n  > on 5", "2:8: expected \"(\" before the labels, not \"5\""},
      {"x{a=\"\xC3\xA4\xC3\xB6\"} >> 1", "1:12: expected a value, not \">\""}};
  for (const auto& [text, says] : table)
    EXPECT_EQ(mistake(text), says) << text;
}

TEST(parser, deep_nesting_is_refused) {
  const auto nested = [](std::size_t depth) {
    return cat(std::string(depth, '('), "up", std::string(depth, ')'));
  };
  EXPECT_EQ(mistake(nested(100)), "none");
  EXPECT_THAT(mistake(nested(100'000)), testing::HasSubstr("expressions within each other"));
  EXPECT_THAT(mistake(cat(std::string(100'000, '-'), "up")), testing::HasSubstr("within each other"));
}

TEST(parser, a_sign_counts_once) {
  EXPECT_EQ(mistake(cat(std::string(199, '-'), "up")), "none");
}

// Go has a limit where the C++ library has none.
TEST(parser, so_are_groups_of_a_regular_expression) {
  const auto nested = [](std::size_t depth) {
    return cat("up{a=~\"", std::string(depth, '('), "b", std::string(depth, ')'), "\"}");
  };
  EXPECT_EQ(mistake(nested(200)), "none");
  EXPECT_THAT(mistake(nested(201)), testing::HasSubstr("more than 200 groups within each other"));
}

TEST(parser, what_is_shown_of_a_long_text_is_bounded) {
  EXPECT_EQ(mistake(cat("up \"", std::string(100'000, 'x'), "\"")),
            cat("1:4: unexpected \"\"", std::string(59, 'x'), "...\""));
  EXPECT_THAT(mistake(std::string(100'000, '1')),
              testing::StartsWith(cat("1:1: \"", std::string(60, '1'), "...\" is neither a number")));
}

TEST(parser, labels_are_written_as_it_takes_them) {
  const auto series = test::labels("up", {{"a", "1\xEF\xBF\xBD\"\\\n2"}});
  EXPECT_EQ(series->text(), "up{a=\"1\\ufffd\\\"\\\\\\n2\"}");
  EXPECT_EQ(test::selected_by(series->text()).matchers.at(0).value, "1\xEF\xBF\xBD\"\\\n2");
}

TEST(parser, so_is_a_long_chain) {
  const auto chain = [](std::size_t links) {
    std::string out = "up";
    for (std::size_t i = 0; i < links; ++i)
      out += " or up";
    return out;
  };
  EXPECT_EQ(mistake(chain(499)), "none");
  EXPECT_EQ(mistake(chain(500)), "1:2998: more than 1000 parts in one expression (make several rules of it)");
  EXPECT_THAT(mistake(chain(100'000)), testing::HasSubstr("more than 1000 parts"));
}

TEST(parser, text_must_be_utf8) {
  EXPECT_EQ(mistake("up{a=\"\xFF\"}"), "1:1: the expression is no valid UTF-8");
}

TEST(parser, knows_what_an_expression_gives) {
  EXPECT_EQ(test::parsed("1 + 2")->type, value_type::scalar);
  EXPECT_EQ(test::parsed("up + 2")->type, value_type::vector);
  EXPECT_EQ(test::parsed("scalar(up)")->type, value_type::scalar);
}

TEST(parser, selectors_are_found_wherever_they_stand) {
  std::vector<std::string> names;
  const expression_ptr e =
      test::parsed("-a + topk(scalar(b), clamp(c, 0, 1)) > bool 2 and on () sum by (d) (rate(e[5m]))");
  for (const selector* const s : selectors_of(*e))
    names.push_back(s->metric);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b", "c", "e"}));
  EXPECT_TRUE(selectors_of(*test::parsed("1 + 2")).empty());
}

} // namespace
} // namespace reeve::rules
