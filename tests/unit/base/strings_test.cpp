// SPDX-License-Identifier: Apache-2.0
#include "reeve/base/strings.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace reeve {
namespace {

constexpr std::size_t plenty = 1 << 20;

std::string cleaned(std::string_view text, std::size_t max_bytes = plenty) {
  std::string out;
  append_utf8(out, text, max_bytes);
  return out;
}

constexpr const char* R1 = "\xEF\xBF\xBD"; // U+FFFD
std::string replacements(int count) {
  std::string out;
  while (count-- > 0)
    out += R1;
  return out;
}

TEST(Utf8, ValidTextIsKept) {
  // The first and the last character of each row of table 3-7 of the Unicode standard.
  for (const char* text :
       {"", "a", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xE0\xBF\xBF", "\xE1\x80\x80",
        "\xEC\xBF\xBF", "\xED\x80\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80",
        "\xF0\xBF\xBF\xBF", "\xF1\x80\x80\x80", "\xF3\xBF\xBF\xBF", "\xF4\x80\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(text));
    EXPECT_EQ(cleaned(text), text);
  }
  EXPECT_TRUE(is_utf8(std::string_view("a\0b", 3)));
}

struct wrong {
  std::string_view text;
  std::string shown;
};

TEST(Utf8, EachMaximalInvalidSequenceBecomesOneReplacement) {
  const std::vector<wrong> cases{
      {"\x80", R1}, // a continuation alone
      {"\xBF\xBF", replacements(2)},
      {"\xC0\xAF", replacements(2)}, // overlong
      {"\xC1\xBF", replacements(2)},
      {"\xE0\x80\xAF", replacements(3)},
      {"\xE0\x9F\xBF", replacements(3)},
      {"\xF0\x80\x80\xAF", replacements(4)},
      {"\xF0\x8F\xBF\xBF", replacements(4)},
      {"\xED\xA0\x80", replacements(3)}, // a surrogate
      {"\xED\xBF\xBF", replacements(3)},
      {"\xF4\x90\x80\x80", replacements(4)}, // beyond U+10FFFF
      {"\xF5\x80\x80\x80", replacements(4)},
      {"\xFE", R1},
      {"\xFF\xFF", replacements(2)},
      {"\xC2", R1}, // cut short
      {"\xE1\x80", R1},
      {"\xF1\x80\x80", R1},
      {"\xF0\x90", R1},
      {"\xC2"
       "a",
       cat(R1, "a")},
      {"\xE1\x80"
       "a",
       cat(R1, "a")},
      {"\xF1\x80\x80\xC2\x80", cat(R1, "\xC2\x80")},
      {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF"
       "A",
       cat(replacements(4), "A")}, // table 3-11 of the standard
      {"\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64",
       cat("a", replacements(3), "b", R1, "c", replacements(2), "d")},
  };
  for (const wrong& c : cases) {
    EXPECT_FALSE(is_utf8(c.text)) << c.shown;
    EXPECT_EQ(cleaned(c.text), c.shown);
  }
}

TEST(Utf8, EveryPairOfBytesGivesValidText) {
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second)};
      const std::string out = cleaned(text);
      ASSERT_TRUE(is_utf8(out));
      ASSERT_EQ(is_utf8(text), out == text);
    }
}

TEST(Utf8, IsCutAtACharacter) {
  EXPECT_EQ(cleaned("a\u00e9\u6f22", 6), "a\u00e9\u6f22");
  EXPECT_EQ(cleaned("a\u00e9\u6f22", 5), "a\u00e9");
  EXPECT_EQ(cleaned("a\u00e9\u6f22", 2), "a");
  EXPECT_EQ(cleaned("a\u00e9\u6f22", 0), "");
  EXPECT_EQ(cleaned("\xFF", 2), "") << "a replacement has three bytes";
}

TEST(Utf8, IsAppended) {
  std::string out = "abc";
  append_utf8(out, "defg", 3);
  EXPECT_EQ(out, "abcdef");
}

TEST(DidYouMean, FindsTheNearest) {
  const std::vector<std::string_view> names{"interval", "deadline", "max_age", "ab", "listen"};
  EXPECT_EQ(did_you_mean("interval", names), "interval");
  EXPECT_EQ(did_you_mean("intervall", names), "interval");
  EXPECT_EQ(did_you_mean("intrvl", names), "interval");
  EXPECT_EQ(did_you_mean("maxage", names), "max_age");
  EXPECT_EQ(did_you_mean("listne", names), "listen");
  EXPECT_EQ(did_you_mean("b", names), "ab");
}

TEST(DidYouMean, SaysNothingWhenNothingIsNear) {
  const std::vector<std::string_view> names{"interval", "deadline"};
  EXPECT_EQ(did_you_mean("pattern", names), "");
  EXPECT_EQ(did_you_mean("intrvvvv", names), "") << "four of eight letters differ";
  EXPECT_EQ(did_you_mean("interval", {}), "");
}

TEST(Cat, TakesTextCharactersAndNumbers) {
  EXPECT_EQ(cat(), "");
  EXPECT_EQ(cat("a", std::string("b"), std::string_view("c"), 'd'), "abcd");
  EXPECT_EQ(cat(0, " ", -1, " ", std::uint16_t{65535}, " ", std::numeric_limits<std::uint64_t>::max(), " ",
                std::numeric_limits<std::int64_t>::min()),
            "0 -1 65535 18446744073709551615 -9223372036854775808");
  EXPECT_EQ(cat(0.5, " ", 1.0, " ", 1e300), "0.5 1 1e+300");
}

TEST(Errors, HaveStableNames) {
  EXPECT_STREQ(name_of(errc::failed), "failed");
  EXPECT_STREQ(name_of(errc::access_denied), "access_denied");
  EXPECT_STREQ(name_of(errc::timed_out), "timed_out");
}

} // namespace
} // namespace reeve
