// SPDX-License-Identifier: Apache-2.0
#include "reeve/app/rule_status.hpp"

#include <gtest/gtest.h>

namespace reeve::app {
namespace {

TEST(rule_status, is_read_as_it_was_written) {
  rule_status s;
  s.rules = 4;
  s.firing_total = 130;
  s.firing = {{"leak",
               {{"name", "a \"b\" c"}, {"severity", "warning"}, {"text", "\xC3\xA4"}},
               "12.5",
               std::chrono::milliseconds(90'500),
               "would restart process:web in 3s"},
              {"sent", {}, "", std::nullopt, "nothing more"}};
  s.given_up = {{"leak", "3 actions within 30m"}, {"other", ""}};
  const auto read = parse_rule_status(to_text(s));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->rules, 4u);
  EXPECT_EQ(read->firing_total, 130u);
  ASSERT_EQ(read->firing.size(), 2u);
  EXPECT_EQ(read->firing[0].source, "leak");
  EXPECT_EQ(read->firing[0].labels, s.firing[0].labels);
  EXPECT_EQ(read->firing[0].value, "12.5");
  EXPECT_EQ(read->firing[0].firing_for, s.firing[0].firing_for);
  EXPECT_EQ(read->firing[0].next, s.firing[0].next);
  EXPECT_TRUE(read->firing[1].labels.empty());
  EXPECT_FALSE(read->firing[1].firing_for);
  EXPECT_EQ(read->given_up, s.given_up);
  EXPECT_TRUE(parse_rule_status("")->firing.empty());
}

TEST(rule_status, control_characters_tear_nothing_apart) {
  rule_status s;
  s.firing = {{"leak", {{"a", "x\ty\nz\x1e\x1f"}}, "1\t2", std::nullopt, "run\nit"}};
  const auto read = parse_rule_status(to_text(s));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->firing.size(), 1u);
  EXPECT_EQ(read->firing[0].labels, (rules::label_list{{"a", "x y z  "}}));
  EXPECT_EQ(read->firing[0].value, "1 2");
  EXPECT_EQ(read->firing[0].next, "run it");
}

TEST(rule_status, what_is_none_is_an_error) {
  for (const char* text : {"rules\tx\n", "firing\t-\n", "alert\tleak\t1\tlong\tnext\t\n", "other\t1\n"})
    EXPECT_FALSE(parse_rule_status(text)) << text;
}

} // namespace
} // namespace reeve::app
