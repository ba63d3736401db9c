// SPDX-License-Identifier: Apache-2.0
#include "reeve/base/text_fields.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace reeve {
namespace {

TEST(text_fields, a_number_is_all_of_a_text_or_nothing) {
  std::uint16_t n = 7;
  for (const char* text : {"", " 1", "1 ", "1x", "-1", "+1", "65536"}) {
    EXPECT_FALSE(read_number(text, n)) << text;
    EXPECT_EQ(n, 7) << text;
  }
  EXPECT_TRUE(read_number("65535", n));
  EXPECT_EQ(n, 65535);
}

TEST(text_fields, texts_are_taken_up_to_the_end_of_each) {
  std::string_view text = "a b  c";
  EXPECT_EQ(take_until(text, ' '), "a");
  EXPECT_EQ(take_until(text, ' '), "b");
  EXPECT_EQ(take_until(text, ' '), "");
  EXPECT_EQ(take_until(text, ' '), "c");
  EXPECT_EQ(take_until(text, ' '), "");
}

TEST(text_fields, one_line_has_no_control_characters) {
  EXPECT_EQ(on_one_line("a\tb\r\nc \xC3\xA9"), "a b  c \xC3\xA9");
}

std::string fields_of(std::string_view text, bool& is_whole) {
  std::string out;
  is_whole = read_record(text, "first 1", [&](std::string_view key, std::string_view value) {
    out.append(key).append("=").append(value).append(";");
    return key != "bad";
  });
  return out;
}

TEST(text_fields, a_record_is_read_to_its_last_line) {
  bool is_whole = false;
  EXPECT_EQ(fields_of("first 1\na 1\nb two words\nc\n.\n", is_whole), "a=1;b=two words;c=;");
  EXPECT_TRUE(is_whole);
}

TEST(text_fields, a_record_of_another_kind_torn_or_longer_is_refused) {
  for (const char* text : {"", "first 2\n.\n", "first 1\n", "first 1\na 1\n", "first 1\na 1",
                           "first 1\n.\na 1\n", "first 1\nbad 1\n.\n", "\nfirst 1\n.\n"}) {
    bool is_whole = true;
    fields_of(text, is_whole);
    EXPECT_FALSE(is_whole) << text;
  }
}

} // namespace
} // namespace reeve
