// SPDX-License-Identifier: Apache-2.0
#include "ps/text_table.hpp"

#include <gtest/gtest.h>

namespace reeve::cli {
namespace {

const std::vector<table_column> two = {{"NUMBER", true}, {"NAME", false}};

std::vector<std::vector<cell>> rows_of(std::initializer_list<std::pair<const char*, const char*>> texts) {
  std::vector<std::vector<cell>> out;
  for (const auto& [a, b] : texts)
    out.push_back({{a}, {b}});
  return out;
}

TEST(text_table, numbers_stand_right_and_text_left) {
  EXPECT_EQ(render_table(two, rows_of({{"1", "init"}, {"1234567", "x"}}), {}), " NUMBER  NAME\n"
                                                                               "      1  init\n"
                                                                               "1234567  x\n");
}

TEST(text_table, without_rows_the_titles_remain) {
  EXPECT_EQ(render_table(two, {}, {}), "NUMBER  NAME\n");
}

TEST(text_table, no_line_ends_in_blanks) {
  const std::vector<table_column> columns = {{"A"}, {"B"}, {"C"}};
  EXPECT_EQ(render_table(columns, {{{"long text"}, {""}, {""}}}, {}), "A          B  C\nlong text\n");
}

TEST(text_table, columns_align_by_width_not_by_bytes) {
  EXPECT_EQ(render_table({{"N"}, {"X"}}, {{{"\u65E5\u672C"}, {"1"}}, {{"ab"}, {"2"}}}, {}),
            "N     X\n"
            "\u65E5\u672C  1\n"
            "ab    2\n");
}

TEST(text_table, lines_end_at_the_terminals_edge) {
  table_style narrow;
  narrow.width = 10;
  EXPECT_EQ(render_table(two, rows_of({{"1", "along name"}, {"2", "\u65E5\u672C"}}), narrow),
            "NUMBER  NA\n"
            "     1  al\n"
            "     2  \u65E5\n");
}

TEST(text_table, a_wide_cell_is_cut_to_its_columns_bound) {
  EXPECT_EQ(render_table({{"U", false, 4}, {"V"}}, {{{"abcdefgh"}, {"x"}}}, {}), "U     V\nabcd  x\n");
}

TEST(text_table, colours_are_switched_off_again_before_the_padding) {
  table_style style;
  style.colours = true;
  EXPECT_EQ(render_table({{"A"}, {"B"}}, {{{"x", tint::alarm}, {"y"}}}, style),
            "\x1b[1mA\x1b[0m  \x1b[1mB\x1b[0m\n\x1b[31mx\x1b[0m  y\n");
  style.colours = false;
  EXPECT_EQ(render_table({{"A"}, {"B"}}, {{{"x", tint::alarm}, {"y"}}}, style), "A  B\nx  y\n");
}

} // namespace
} // namespace reeve::cli
