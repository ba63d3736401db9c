// SPDX-License-Identifier: Apache-2.0
#include "leaks/trace_file.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace reeve::cli {
namespace {

std::string mistake(const std::string& text) {
  std::istringstream in(text);
  const auto read = read_trace(in, "a.csv");
  return read ? "" : read.error().message;
}

TEST(trace_file, has_points_and_perhaps_a_title) {
  std::istringstream in("unix_seconds,value\r\n1700000000,12\r\n1700000001.5,1e3\r\n");
  const auto read = read_trace(in, "a.csv");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ((*read)[0].unix_seconds, 1700000000);
  EXPECT_EQ((*read)[1].unix_seconds, 1700000001.5);
  EXPECT_EQ((*read)[1].value, 1000);
  EXPECT_EQ(mistake("1,2"), ""); // without an end of line, too
}

TEST(trace_file, bad_lines_are_named_by_file_and_line) {
  EXPECT_EQ(mistake("1,2\nunix_seconds,value\n"), "a.csv:2: \"unix_seconds\" is not a number of seconds");
  EXPECT_EQ(mistake("1;2\n"), "a.csv:1: wants unix_seconds,value");
  EXPECT_EQ(mistake("1,2\n\n3,4\n"), "a.csv:2: wants unix_seconds,value");
  EXPECT_EQ(mistake("1,2,3\n"), "a.csv:1: \"2,3\" is not a number");
  EXPECT_EQ(mistake("1, 2\n"), "a.csv:1: \" 2\" is not a number");
  EXPECT_EQ(mistake("1,nan\n"), "a.csv:1: \"nan\" is not a number");
  EXPECT_EQ(mistake("1,-2\n"), "a.csv:1: the value is below 0");
  EXPECT_EQ(mistake("5,1\n5,1\n4,1\n"),
            "a.csv:2: it is not later than the line before\na.csv:3: it is not later than the line before");
}

TEST(trace_file, says_how_many_mistakes_it_left_out) {
  std::string text;
  for (int i = 0; i < 25; ++i)
    text += "x\n";
  EXPECT_TRUE(mistake(text).ends_with("a.csv:10: wants unix_seconds,value\nand 15 more")) << mistake(text);
}

TEST(trace_file, without_a_reading_is_a_mistake) {
  EXPECT_EQ(mistake(""), "a.csv: there is no reading in it");
  EXPECT_EQ(mistake("unix_seconds,value\n"), "a.csv: there is no reading in it");
}

} // namespace
} // namespace reeve::cli
