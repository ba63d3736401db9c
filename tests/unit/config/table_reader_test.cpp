// SPDX-License-Identifier: Apache-2.0
#include "reeve/config/table_reader.hpp"

#include "load_text.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cmath>

namespace reeve::config {
namespace {

using ::testing::ElementsAre;

// The options of [plugin.p], as a plugin's host would read them.
class TableReader : public ::testing::Test {
 protected:
  table_reader& open(std::string_view options) {
    loaded_ = test::load_text(cat("[plugin.p]\n", options));
    problems_.emplace(loaded_.texts);
    return reader_.emplace(loaded_.value.value().plugins[0].options, "plugin.p", *problems_);
  }
  std::vector<std::string> problems() {
    std::vector<std::string> out;
    for (const diagnostic& d : problems_->take())
      out.push_back(
          cat(d.where.line, ":", d.where.column, ": ", d.message, d.hint.empty() ? "" : " | ", d.hint));
    return out;
  }

  loaded loaded_;
  std::optional<problem_list> problems_;
  std::optional<table_reader> reader_;
};

TEST_F(TableReader, AnAbsentKeyKeepsTheDefault) {
  table_reader& in = open("");
  std::int32_t number = 7;
  std::string text = "x";
  EXPECT_FALSE(in.read("number", number, 0, 10));
  EXPECT_FALSE(in.read("text", text));
  EXPECT_EQ(number, 7);
  EXPECT_EQ(text, "x");
  in.finish();
  EXPECT_THAT(problems(), ElementsAre());
}

TEST_F(TableReader, IntegersKeepToTheirBounds) {
  table_reader& in = open("a = -5\nb = 255\nc = -6\nd = 256\ne = -9223372036854775808\n");
  std::int8_t a = 0, c = 1;
  std::uint8_t b = 0, d = 2;
  std::int64_t e = 0;
  EXPECT_TRUE(in.read("a", a, -5, 5));
  EXPECT_TRUE(in.read("b", b, 0, 255));
  EXPECT_FALSE(in.read("c", c, -5, 5));
  EXPECT_FALSE(in.read("d", d, 0, 255));
  EXPECT_TRUE(in.read("e", e, std::numeric_limits<std::int64_t>::min(), 0));
  EXPECT_EQ(a, -5);
  EXPECT_EQ(b, 255);
  EXPECT_EQ(c, 1);
  EXPECT_EQ(d, 2);
  EXPECT_EQ(e, std::numeric_limits<std::int64_t>::min());
  EXPECT_THAT(problems(), ElementsAre("4:5: plugin.p.c is -6, allowed is -5 to 5",
                                      "5:5: plugin.p.d is 256, allowed is 0 to 255"));
}

TEST_F(TableReader, FloatsTakeIntegersAndRefuseWhatIsNoNumber) {
  table_reader& in = open("a = 1\nb = 0.5\nc = nan\nd = inf\ne = \"1\"\n");
  double a = 0, b = 0, rest = 9;
  EXPECT_TRUE(in.read("a", a, 0, 1));
  EXPECT_TRUE(in.read("b", b, 0.5, 1));
  EXPECT_FALSE(in.read("c", rest, 0, 1));
  EXPECT_FALSE(in.read("d", rest, 0, 1));
  EXPECT_FALSE(in.read("e", rest, 0, 1));
  EXPECT_EQ(a, 1.0);
  EXPECT_EQ(b, 0.5);
  EXPECT_EQ(rest, 9.0);
  EXPECT_THAT(problems(), ElementsAre("4:5: plugin.p.c is nan, allowed is 0 to 1",
                                      "5:5: plugin.p.d is inf, allowed is 0 to 1",
                                      "6:5: plugin.p.e must be a number, not a string | for example: e = 9"));
}

TEST_F(TableReader, OneStringIsAListOfOne) {
  table_reader& in = open("a = \"x\"\nb = [\"y\", \"z\"]\nc = []\nd = [1, \"y\", true]\n");
  std::vector<std::string> a, b, c{"old"}, d{"old"};
  std::vector<source_position> where;
  EXPECT_TRUE(in.read_strings("a", a));
  EXPECT_TRUE(in.read_strings("b", b, &where));
  EXPECT_TRUE(in.read_strings("c", c));
  EXPECT_FALSE(in.read_strings("d", d));
  EXPECT_THAT(a, ElementsAre("x"));
  EXPECT_THAT(b, ElementsAre("y", "z"));
  EXPECT_THAT(c, ElementsAre());
  EXPECT_THAT(d, ElementsAre("old"));
  ASSERT_EQ(where.size(), 2u);
  EXPECT_EQ(where[1].column, 11u);
  EXPECT_THAT(problems(), ElementsAre("5:6: plugin.p.d must hold strings only, not an integer",
                                      "5:14: plugin.p.d must hold strings only, not a boolean"));
}

TEST_F(TableReader, ArraysOfTables) {
  table_reader& in = open("a = 1\nb = [1]\n[[plugin.p.c]]\nx = 1\n[[plugin.p.c]]\nx = 2\n");
  EXPECT_TRUE(in.take_tables("none").empty());
  EXPECT_TRUE(in.take_tables("a").empty());
  EXPECT_TRUE(in.take_tables("b").empty());
  EXPECT_EQ(in.take_tables("c").size(), 2u);
  EXPECT_THAT(
      problems(),
      ElementsAre(
          "2:5: plugin.p.a must be an array of tables, not an integer | write [[plugin.p.a]] above each",
          "3:5: plugin.p.b must hold tables only | write [[plugin.p.b]] above each"));
}

TEST_F(TableReader, WhatNobodyAskedForIsFoundAtTheEnd) {
  table_reader& in = open("name = \"x\"\ncolour = \"red\"\nzzzz = 1\n");
  std::string text;
  in.read("name", text);
  in.read("color", text);
  const value_node rest = in.rest();
  ASSERT_EQ(rest.as_table()->size(), 2u);
  EXPECT_EQ(rest.as_table()->at(0).key, "colour");
  in.finish();
  EXPECT_THAT(problems(),
              ElementsAre("3:1: unknown key \"colour\" in [plugin.p] | did you mean \"color\"?",
                          "4:1: unknown key \"zzzz\" in [plugin.p] | [plugin.p] may have: name, color"));
}

TEST_F(TableReader, ProblemsOfTheCallerGetPlaceAndExcerpt) {
  table_reader& in = open("pattern = \"(\"\n");
  in.problem("pattern", " is no regular expression", "close the bracket");
  const std::vector<diagnostic> found = problems_->take();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].message, "plugin.p.pattern is no regular expression");
  EXPECT_EQ(found[0].hint, "close the bracket");
  EXPECT_EQ(found[0].excerpt, "pattern = \"(\"");
  EXPECT_EQ(found[0].where.line, 2u);
  EXPECT_EQ(found[0].where.column, 11u);
  EXPECT_TRUE(in.has("pattern"));
  EXPECT_FALSE(in.has("other"));
  EXPECT_EQ(in.where("other").line, 1u);
}

} // namespace
} // namespace reeve::config
