// SPDX-License-Identifier: Apache-2.0
#include "ps/printable.hpp"

#include "reeve/base/strings.hpp"

#include <gtest/gtest.h>

namespace reeve::cli {
namespace {

TEST(printable, plain_text_and_other_scripts_stay) {
  for (const char* text : {"", "nginx: worker", "C:\\Program Files\\x", "käse", "\u65E5\u672C", "\U0001F600"})
    EXPECT_EQ(printable(text), text);
}

TEST(printable, control_bytes_are_spelt_out) {
  EXPECT_EQ(printable("a\x1b[31mb"), "a\\x1B[31mb");
  EXPECT_EQ(printable("one\ntwo\tthree\r"), "one\\ntwo\\tthree\\r");
  EXPECT_EQ(printable(std::string_view("\0\x7f", 2)), "\\x00\\x7F");
  EXPECT_EQ(printable("\u009B31m"), "\\u{009B}31m"); // CSI as one C1 character
  EXPECT_EQ(printable("exe.\u202Egpj"), "exe.\\u{202E}gpj");
}

TEST(printable, bytes_that_are_no_utf8_are_spelt_out_one_by_one) {
  EXPECT_EQ(printable("\xff\xfe"), "\\xFF\\xFE");
  EXPECT_EQ(printable("a\xc3"), "a\\xC3");                          // cut short
  EXPECT_EQ(printable("\xc0\xaf"), "\\xC0\\xAF");                   // not the shortest form
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xED\\xA0\\x80");          // a surrogate
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xF4\\x90\\x80\\x80"); // beyond U+10FFFF
}

// Whatever comes in, what goes out is valid UTF-8 without a control byte.
TEST(printable, every_pair_of_bytes_comes_out_harmless) {
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) {
      const char bytes[] = {static_cast<char>(first), static_cast<char>(second)};
      const std::string out = printable({bytes, 2});
      ASSERT_TRUE(is_utf8(out)) << first << ' ' << second;
      for (const char c : out)
        ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) << first << ' ' << second;
    }
}

TEST(display_width, counts_columns_not_bytes) {
  EXPECT_EQ(display_width(""), 0u);
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("käse"), 4u);
  EXPECT_EQ(display_width("e\u0301"), 1u); // e and a combining accent
  EXPECT_EQ(display_width("\u65E5\u672C"), 4u);
}

TEST(fit, never_cuts_a_character) {
  std::size_t columns = 3;
  EXPECT_EQ(fit("\u65E5\u672C", columns), "\u65E5");
  EXPECT_EQ(columns, 2u);
  columns = 2;
  EXPECT_EQ(fit("käse", columns), "kä");
  EXPECT_EQ(columns, 2u);
  columns = 10;
  EXPECT_EQ(fit("abc", columns), "abc");
  EXPECT_EQ(columns, 3u);
  columns = 0;
  EXPECT_EQ(fit("abc", columns), "");
}

} // namespace
} // namespace reeve::cli
