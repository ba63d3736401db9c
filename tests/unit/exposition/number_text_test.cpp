// SPDX-License-Identifier: Apache-2.0
#include "agent/exposition/src/number_text.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

namespace reeve::exposition {
namespace {

std::string text_of(double value) {
  char text[max_number_bytes];
  return {text, put_double(text, value)};
}

std::string shortest(double value, std::chars_format format) {
  char text[400];
  return {text, std::to_chars(text, text + sizeof text, value, format).ptr};
}

bool is_same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

TEST(number_text, spells_what_is_no_number) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(text_of(infinity), "+Inf");
  EXPECT_EQ(text_of(-infinity), "-Inf");
  EXPECT_EQ(text_of(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(text_of(-std::numeric_limits<double>::quiet_NaN()), "NaN");
}

TEST(number_text, writes_integers_without_exponent) {
  EXPECT_EQ(text_of(0), "0");
  EXPECT_EQ(text_of(-0.0), "-0");
  EXPECT_EQ(text_of(-17), "-17");
  EXPECT_EQ(text_of(1e6), "1000000");
  EXPECT_EQ(text_of(9007199254740991), "9007199254740991");
  EXPECT_EQ(text_of(1e18), "1000000000000000000");
  EXPECT_EQ(text_of(-0x1p62), "-4611686018427387904");
  EXPECT_EQ(text_of(0x1p63), "9223372036854775808");
  EXPECT_EQ(text_of(-0x1p63), "-9223372036854775808");
  EXPECT_EQ(text_of(1e19), "1e+19");
}

TEST(number_text, writes_fractions_in_their_shortest_digits) {
  EXPECT_EQ(text_of(0.1), "0.1");
  EXPECT_EQ(text_of(-0.1), "-0.1");
  EXPECT_EQ(text_of(12.34), "12.34");
  EXPECT_EQ(text_of(1e-9), "1e-09");
  EXPECT_EQ(text_of(0.0001), "0.0001");
  EXPECT_EQ(text_of(-0.0001), "-0.0001");
  EXPECT_EQ(text_of(0.000123456), "0.000123456");
  EXPECT_EQ(text_of(999999.999999999), "999999.999999999");
  EXPECT_EQ(text_of(1700000000.123), "1700000000.123");
  EXPECT_EQ(text_of(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(text_of(5e-324), "5e-324");
}

TEST(number_text, reads_back_as_the_same_double) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 300'000; ++i) {
    const double value = std::bit_cast<double>(random());
    if (std::isnan(value)) continue;
    const std::string text = text_of(value);
    ASSERT_LE(text.size(), max_number_bytes);
    ASSERT_TRUE(is_same(std::strtod(text.c_str(), nullptr), value)) << text;
  }
}
TEST(number_text, writes_bounds) {
  EXPECT_EQ(plain_bound(1), "1");
  EXPECT_EQ(plain_bound(0.005), "0.005");
  EXPECT_EQ(plain_bound(1e6), "1000000");
}

// Where it is no integer, the text is the standard library's shortest one in one of the two notations.
TEST(number_text, is_the_shortest_that_reads_back) {
  std::mt19937_64 random(2);
  double powers[16] = {1};
  for (int i = 1; i < 16; ++i)
    powers[i] = powers[i - 1] * 10;
  for (int i = 0; i < 300'000; ++i) {
    double value = static_cast<double>(random() >> (random() % 60)) / powers[random() % 16];
    if (random() % 2) value = std::nextafter(value, random() % 2 ? 0.0 : 1e300); // beside a short decimal
    const std::string text = text_of(value);
    ASSERT_TRUE(is_same(std::strtod(text.c_str(), nullptr), value)) << text;
    if (value == std::floor(value)) continue;
    ASSERT_TRUE(text == shortest(value, std::chars_format::fixed) ||
                text == shortest(value, std::chars_format::scientific))
        << text;
  }
}

} // namespace
} // namespace reeve::exposition
