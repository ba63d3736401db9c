// SPDX-License-Identifier: Apache-2.0
#include "counters/number_pattern.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace {

using reeve::cat;
using reeve::os::number_pattern;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> found(const std::string& expression, std::string_view text) {
  const auto pattern = number_pattern::compile(expression);
  EXPECT_TRUE(pattern) << expression;
  std::vector<std::string> out;
  const bool any = pattern->find(
      text, [&](double value, std::string_view instance) { out.push_back(cat(instance, "=", value)); });
  EXPECT_EQ(any, !out.empty());
  return out;
}

TEST(number_pattern, without_one_the_first_word_is_the_number) {
  EXPECT_THAT(found("", "42\n"), ElementsAre("=42"));
  EXPECT_THAT(found("", " \n\t-1.5e3 rest\n"), ElementsAre("=-1500"));
  EXPECT_THAT(found("", "+7"), ElementsAre("=7"));
  for (const char* text : {"", " \n", "max\n", "12kB\n", "nan\n", "inf\n", "1e999\n", "0x10\n"})
    EXPECT_THAT(found("", text), IsEmpty()) << text;
}

TEST(number_pattern, the_first_group_or_the_one_called_value_is_the_number) {
  EXPECT_THAT(found("Dirty: +(\\d+)", "Cached: 1\nDirty:   23 kB\n"), ElementsAre("=23"));
  EXPECT_THAT(found("(a+) (?P<value>\\d+)", "aaa 5"), ElementsAre("=5"));
  EXPECT_THAT(found("\\d+", "a 6 7"), ElementsAre("=6")) << "without a group the whole match";
  EXPECT_THAT(found("^b (\\d+)$", "a 1\nb 2\nc 3\n"), ElementsAre("=2")) << "^ and $ are those of a line";
  EXPECT_THAT(found("x (\\S+)", "x one\nx 2\n"), ElementsAre("=2"))
      << "a match that is no number is passed over";
}

TEST(number_pattern, instances_make_a_row_of_every_match) {
  EXPECT_THAT(found("^(?P<instance>\\w+): (\\d+)", "a: 1\nb: x\nc: 3\n"), ElementsAre("a=1", "c=3"));
  EXPECT_THAT(found("(\\d+) (?P<instance>\\w+)", "1 one 2 two"), ElementsAre("one=1", "two=2"));
}

TEST(number_pattern, a_match_of_nothing_comes_to_an_end) {
  EXPECT_THAT(found("(?P<instance>x*)(\\d*)", "xx1x2"), ElementsAre("xx=1", "x=2"));
  EXPECT_THAT(found("()", "abc"), IsEmpty());
}

TEST(number_pattern, says_what_is_wrong) {
  EXPECT_THAT(number_pattern::compile("(").error().message, testing::HasSubstr("not a regular expression"));
  EXPECT_FALSE(number_pattern::compile("(?P<instance>a)")) << "no number";
  EXPECT_FALSE(number_pattern::compile("(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)"));
}

} // namespace
